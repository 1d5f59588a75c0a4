using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Running;
using CoralMux.Harness.Profiles.Pairs.Load;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Tests.Load;

/// <summary>A load over TLS, with the certificate that the target description names.</summary>
public sealed class SecureRelayTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux-tls-").FullName;
    private ChildRelay _relay = null!;

    public async ValueTask InitializeAsync()
    {
        var free = new Dictionary<string, string>
        {
            ["ratePhonePerMinute"] = "100000000", ["rateAgentPerMinute"] = "100000000",
            ["dailyQuotaBytes"] = "1000000000000", ["monthlyQuotaBytes"] = "1000000000000",
            ["idleTimeoutMs"] = "60000",
            [RelaySettings.TlsCertificate] = "", [RelaySettings.TlsKey] = "",
        };
        _relay = await ChildRelay.LaunchAsync(TestContext.Current.CancellationToken, new RelaySettings(free));
    }

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(400_000)]
    public async Task Load_PinnedKey_GoesThrough(int size)
    {
        Assert.StartsWith("wss://", _relay.Description.Url, StringComparison.Ordinal);
        WentThrough(await RunAsync(_relay.Description, size));
    }

    [Fact]
    public async Task Load_PrivateAuthority_GoesThrough()
    {
        var file = Path.Combine(_directory, "ca.pem");
        await File.WriteAllTextAsync(file, await CertificateAsync(), TestContext.Current.CancellationToken);
        WentThrough(await RunAsync(_relay.Description with { Tls = new TargetTls { CaFile = file } }, 256));
    }

    [Fact]
    public async Task Load_OtherPinnedKey_IsUnreachable()
    {
        var other = _relay.Description with { Tls = new TargetTls { PinnedSha256 = new string('0', 64) } };
        Assert.Equal(ExitCode.Unreachable, (await Assert.ThrowsAsync<CommandException>(() => RunAsync(other, 256))).ExitCode);
        // With tokens made by hand it is the WebSocket that finds out.
        Assert.Equal(ExitCode.Unreachable, (await Assert.ThrowsAsync<CommandException>(() => RunAsync(other with { Tokens = ["a", "b"] }, 256))).ExitCode);
    }

    [Fact]
    public async Task Load_NobodyVouchesForIt_IsUnreachable()
    {
        var description = _relay.Description with { Tls = new TargetTls() };
        Assert.Equal(ExitCode.Unreachable, (await Assert.ThrowsAsync<CommandException>(() => RunAsync(description, 256))).ExitCode);
    }

    private static void WentThrough(LoadReport report)
    {
        Assert.NotEqual(0, report.Totals.Offered);
        Assert.Equal(report.Totals.Offered * 2, report.Totals.Delivered);
        Assert.Empty(report.Totals.Errors);
        Assert.Empty(report.Totals.Closes);
        Assert.All(report.Invariants, one => Assert.Equal(0, one.Violations));
    }

    private async Task<string> CertificateAsync()
    {
        var url = new Uri(_relay.Description.Url!);
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(client.GetStream());
        var pem = "";
        var seen = new SslClientAuthenticationOptions
        {
            TargetHost = url.Host,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => (pem = ((X509Certificate2)certificate!).ExportCertificatePem()).Length > 0,
        };
        await tls.AuthenticateAsClientAsync(seen, TestContext.Current.CancellationToken);
        return pem;
    }

    private static async Task<LoadReport> RunAsync(TargetDescription description, int size)
    {
        using var target = Target.Create(description);
        var profile = new LoadProfile
        {
            Name = "secure",
            Title = "Secure",
            Scenarios =
            [
                new ScenarioProfile
                {
                    Name = "chat",
                    Pairs = 2,
                    Messages = new MessageProfile { Flow = "round-trip", Size = new SizeProfile { Bytes = size } },
                    LoadSimulations = [new LoadSimulation(SimulationKind.Constant, 2000) { Rate = 20 }],
                },
            ],
        };
        var run = new LoadRun(new LoadRunOptions(profile, target, description.Url, null), new PairsLoadDriver(), TimeProvider.System);
        return await run.RunAsync(TestContext.Current.CancellationToken);
    }
}
