using System.Net;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;

namespace CoralMux.ReferenceRelay.Tests.Options;

public sealed class OptionsParserTests
{
    private static ParsedOptions Parse(params string[] arguments) => Composition.Parse(arguments, _ => null);

    [Fact]
    public void Parse_Nothing_GivesTheNumbersOfTheProtocol()
    {
        var limits = (PairLimits)Parse().Options!.Limits;

        Assert.Equal((30, 120), (limits.PhoneMessagesPerMinute, limits.AgentMessagesPerMinute));
        Assert.Equal(5_242_880, limits.MaxMessageSize);
        Assert.Equal((524_288_000L, 10_737_418_240L), (limits.DailyQuota, limits.MonthlyQuota));
        Assert.Equal((10, 30, 60), (limits.AuthTimeout.Seconds, limits.PingInterval.Seconds, (int)limits.IdleTimeout.TotalSeconds));
        Assert.Equal(5, limits.RegistrationsPerHour);
    }

    [Theory]
    [InlineData("-rate-phone", "7")]
    [InlineData("--rate-phone", "7")]
    [InlineData("-rate-phone=7")]
    [InlineData("--rate-phone=7")]
    public void Parse_OneOrTwoDashes_IsTheSame(params string[] arguments) =>
        Assert.Equal(7, ((PairLimits)Parse(arguments).Options!.Limits).PhoneMessagesPerMinute);

    [Fact]
    public void Parse_EveryBadValue_IsReportedAtOnce()
    {
        var parsed = Parse(
            "-rate-phone", "many", "-auth-timeout", "2h", "-addr", "nowhere", "--no-such", "stray", "-tls-cert", "/nonexistent", "-drain-timeout");

        Assert.Null(parsed.Options);
        Assert.Equal(7, parsed.Errors.Count);
        Assert.Contains(parsed.Errors, e => e.Contains("--no-such", StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_AdminKey_IsNeverRepeated()
    {
        var parsed = Parse("-admin-key", "hush", "-open-admin");

        Assert.DoesNotContain(parsed.Errors, e => e.Contains("hush", StringComparison.Ordinal));
        Assert.Single(parsed.Errors);
    }

    [Fact]
    public void Parse_FlagOverEnvironmentOverFile_Wins()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """
            { "rate-phone": 1, "rate-agent": 1, "daily-quota": 1000, "trusted-proxy": ["10.0.0.0/8", "::1"], /* a note */ "open-admin": true }
            """);
        try
        {
            var parsed = Composition.Parse(
                ["-config", file, "-rate-phone", "3"],
                name => name switch { "RELAY_RATE_PHONE" => "2", "RELAY_RATE_AGENT" => "2", _ => null });

            Assert.Empty(parsed.Errors);
            var options = parsed.Options!;
            var limits = (PairLimits)options.Limits;
            Assert.Equal((3, 2, 1000L), (limits.PhoneMessagesPerMinute, limits.AgentMessagesPerMinute, limits.DailyQuota));
            Assert.Equal(2, options.TrustedProxies.Count);
            Assert.True(options.OpenAdmin);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Parse_FileWithUnknownKey_IsRefused()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """{ "rate-fone": 1 }""");
        try
        {
            Assert.Contains("rate-fone", Assert.Single(Parse("-config", file).Errors), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(":8080", "[::]:8080")]
    [InlineData("localhost:0", "127.0.0.1:0")]
    [InlineData("192.0.2.1:80", "192.0.2.1:80")]
    [InlineData("[::1]:80", "[::1]:80")]
    public void Parse_Address_IsUnderstood(string text, string address) =>
        Assert.Equal(IPEndPoint.Parse(address), Parse("-addr", text).Options!.Address);

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("1.5s", 1.5)]
    [InlineData("1m", 60)]
    public void Parse_Time_IsUnderstood(string text, double seconds) =>
        Assert.Equal(seconds, Parse("-drain-timeout", text).Options!.DrainTimeout.TotalSeconds);

    [Theory]
    [InlineData("-ping-interval", "60s")]
    [InlineData("-daily-quota", "10737418241")]
    [InlineData("-domain", "relay.example.com")]
    [InlineData("-auth-timeout", "61s")]
    [InlineData("-auth-failures", "19")]
    public void Parse_SettingsThatContradict_AreRefused(string flag, string value) =>
        Assert.Single(Parse(flag, value).Errors);

    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("10.0.0.1/8", "10.0.0.0/8")]
    [InlineData(" 192.0.2.7 ", "192.0.2.7/32")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("::1", "::1/128")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7/32")]
    [InlineData("::ffff:10.0.0.0/104", "10.0.0.0/8")]
    public void Parse_TrustedProxy_IsUnderstood(string text, string network) =>
        Assert.Equal(IPNetwork.Parse(network), Assert.Single(Parse("-trusted-proxy", text).Options!.TrustedProxies));

    [Theory]
    [InlineData("10.1/16", "an address or a network")]
    [InlineData("7", "an address or a network")]
    [InlineData("10.0.0.0/33", "an address or a network")]
    [InlineData("proxy.example.com", "an address or a network")]
    [InlineData("10.0.0.0/8,", "an address or a network")]
    public void Parse_TrustedProxyWrong_SaysWhatIsMeant(string text, string said) =>
        Assert.Contains(said, Assert.Single(Parse("-trusted-proxy", text).Errors), StringComparison.Ordinal);

    [Fact]
    public void Help_NamesEverySetting()
    {
        var help = HelpText.Build(Composition.Settings);

        Assert.All(Composition.Settings, setting => Assert.Contains($"-{setting.Name}", help, StringComparison.Ordinal));
    }
}
