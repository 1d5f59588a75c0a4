using System.Text.Json;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Tests.Targets;

namespace CoralMux.Harness.Tests.Commands;

public sealed class ProbeCommandTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Probe_OfARelayWithOddSettings_FindsThemAndWritesAValidDescription()
    {
        await using var relay = await ReferenceRelay.StartAsync(
            "-rate-phone", "7", "-rate-agent", "33", "-max-message-size", "70001", "-daily-quota", "30000000", "-registration-per-hour", "0",
            "-auth-timeout", "2s", "-ping-interval", "2s", "-idle-timeout", "5s");
        var (exitCode, output, error) = await Cli.RunAsync(
            "probe", $"ws://127.0.0.1:{relay.Port}", "--admin-key", ReferenceRelay.AdminKey, "--slow", "--out", _file);

        Assert.Equal((0, ""), (exitCode, output));
        var description = TargetDescription.Read(_file);
        Assert.Equal(relay.Url, description.Url);
        Assert.Equal(
            new TargetLimits
            {
                RatePhonePerMinute = 7, RateAgentPerMinute = 33, MaxMessageBytes = 70_001, DailyQuotaBytes = 30_000_000,
                AuthTimeoutMs = 2_000, PingIntervalMs = 2_000, IdleTimeoutMs = 5_000,
            },
            description.Limits);
        Assert.Equal(["admin-api", "metrics", "quota-report"], description.Features.Order());
        Assert.Empty(SchemaCatalog.Load(Suite.BuiltIn).Validate("target", await File.ReadAllBytesAsync(_file, TestContext.Current.CancellationToken)));
        Assert.DoesNotContain(ReferenceRelay.AdminKey, await File.ReadAllTextAsync(_file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("4409", error, StringComparison.Ordinal);
        Assert.Contains("limits.monthlyQuotaBytes", error[error.IndexOf("Not found", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Matches(@"It cost \d+ connections, \d+ messages of [\d,]+ bytes", error);
    }

    [Fact]
    public async Task Probe_WithTokensOnly_LeavesWhatItCannotKnowAndSaysSo()
    {
        await using var relay = await ReferenceRelay.StartAsync("-rate-phone", "600", "-rate-agent", "600");
        var tokens = await relay.MakeTokensAsync(2);
        var (exitCode, output, error) = await Cli.RunAsync("probe", relay.Url, "--token", tokens[0], "--token", tokens[1], "--profile", "pairs");

        Assert.Equal(0, exitCode);
        using var description = JsonDocument.Parse(output);
        Assert.Equal("pairs", description.RootElement.GetProperty("profile").GetString());
        Assert.Equal(600, description.RootElement.GetProperty("limits").GetProperty("ratePhonePerMinute").GetInt32());
        Assert.Equal(10_000, description.RootElement.GetProperty("limits").GetProperty("authTimeoutMs").GetInt32());
        Assert.DoesNotContain("admin-api", description.RootElement.GetProperty("features").EnumerateArray().Select(feature => feature.GetString()));
        Assert.Contains("ask for it with --slow", error, StringComparison.Ordinal);
        Assert.DoesNotContain(tokens[0], output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_OfWhatIsNoRelay_ExitsThreeWithASentence()
    {
        await using var echo = new UselessTarget(UselessTarget.Echo);
        var (exitCode, output, error) = await Cli.RunAsync("probe", echo.Url, "--admin-key", "k");
        Assert.Equal((3, ""), (exitCode, output));
        Assert.Contains("our own message", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_WithoutAUrl_ExitsTwo()
    {
        var (exitCode, _, error) = await Cli.RunAsync("probe");
        Assert.Equal(2, exitCode);
        Assert.Contains("needs the URL", error, StringComparison.Ordinal);
    }
}
