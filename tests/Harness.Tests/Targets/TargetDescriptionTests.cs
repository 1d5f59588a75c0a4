using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using CoralMux.Harness.Tests.Commands;

namespace CoralMux.Harness.Tests.Targets;

/// <summary>Each way of reaching a relay that a target description knows, against a real one.</summary>
public sealed class TargetDescriptionTests : IDisposable
{
    /// <summary>Two scenarios over WebSocket and one over HTTP: all that a way in has to carry.</summary>
    private const string Selection = "@PAIR-24 or @PAIR-08";

    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux-target-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task CaFile_BesideTheTargetFile_IsTrustedFromAnyWorkingDirectory()
    {
        var (authority, leaf, key) = MakeCertificates();
        await using var relay = await StartWithTlsAsync(leaf, key);
        Directory.CreateDirectory(Path.Combine(_directory, "certificates"));
        await File.WriteAllTextAsync(Path.Combine(_directory, "certificates", "ca.pem"), MakeCertificates().Authority + authority,
            TestContext.Current.CancellationToken);

        Assert.Equal(3, await VerifyAsync(relay.SecureUrl, """{ "caFile": "certificates/ca.pem" }"""));
    }

    [Fact]
    public async Task CaFile_OfSomebodyElse_IsRefusedBeforeAnythingIsSent()
    {
        var (_, leaf, key) = MakeCertificates();
        await using var relay = await StartWithTlsAsync(leaf, key);
        await File.WriteAllTextAsync(Path.Combine(_directory, "other.pem"), MakeCertificates().Authority, TestContext.Current.CancellationToken);

        var (exitCode, error) = await RunAsync(Description(relay.SecureUrl, """{ "caFile": "other.pem" }"""));
        Assert.Equal(3, exitCode);
        Assert.Contains("cannot be reached: its certificate (", error, StringComparison.Ordinal);
        var (without, hint) = await RunAsync(Description(relay.SecureUrl, "{}"));
        Assert.Equal(3, without);
        Assert.Contains("comes from no authority trusted here; the target description may name its own (tls.caFile)", hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CaFile_ThatIsNotThere_ExitsTwoAndNamesIt()
    {
        var (exitCode, error) = await RunAsync(Description("wss://127.0.0.1:1/ws", """{ "caFile": "none.pem" }"""));
        Assert.Equal(2, exitCode);
        Assert.Contains(Path.Combine(_directory, "none.pem"), error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PinnedSha256_OfTheServersPublicKey_IsEnough()
    {
        var (_, leaf, key) = MakeCertificates();
        await using var relay = await StartWithTlsAsync(leaf, key);
        using var certificate = X509Certificate2.CreateFromPem(leaf);
        var pin = Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

        Assert.Equal(3, await VerifyAsync(relay.SecureUrl, $$"""{ "pinnedSha256": "{{pin}}" }"""));
    }

    [Fact]
    public async Task PinnedSha256_OfAnotherKey_IsRefused()
    {
        var (_, leaf, key) = MakeCertificates();
        await using var relay = await StartWithTlsAsync(leaf, key);
        var (exitCode, error) = await RunAsync(Description(relay.SecureUrl, $$"""{ "pinnedSha256": "{{new string('a', 64)}}" }"""));
        Assert.Equal(3, exitCode);
        using var certificate = X509Certificate2.CreateFromPem(leaf);
        var shown = Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        Assert.Contains($"public key with SHA-256 {shown}) does not have the key pinned", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Insecure_AcceptsAnyCertificate()
    {
        var (_, leaf, key) = MakeCertificates();
        await using var relay = await StartWithTlsAsync(leaf, key);
        Assert.Equal(3, await VerifyAsync(relay.SecureUrl, """{ "insecure": true }"""));
    }

    [Fact]
    public async Task UrlWithAPrefixAndHeaders_BehindAProxyThatWantsBoth_ReachesWebSocketAndHttp()
    {
        await using var relay = await ReferenceRelay.StartAsync();
        await using var proxy = new PrefixProxy("/relays/one", "X-Team: blue", relay.Port);
        var description = Description($"ws://127.0.0.1:{proxy.Port}/relays/one/ws", tls: null);

        var (without, _) = await RunAsync(description);
        Assert.Equal(3, without);
        Assert.Equal(0, proxy.Passed);

        description["headers"] = new JsonObject { ["X-Team"] = "blue" };
        var refused = proxy.Refused;
        Assert.Equal(3, await VerifyAsync(description));
        Assert.Equal(refused, proxy.Refused);
    }

    [Fact]
    public async Task AdminUrl_ElsewhereThanTheWebSocket_IsWhereTokensComeFrom()
    {
        await using var relay = await ReferenceRelay.StartAsync();
        await using var proxy = new PrefixProxy("/admin", "X-Team: blue", relay.Port);
        var description = Description(relay.Url, tls: null);
        description["adminUrl"] = $"http://127.0.0.1:{proxy.Port}/admin";
        description["headers"] = new JsonObject { ["X-Team"] = "blue" };

        Assert.Equal(3, await VerifyAsync(description));
        Assert.True(proxy.Passed > 0);
    }

    [Fact]
    public async Task Roles_RenamedAsTheRelayHasThem_AreTestedAndNeverConformant()
    {
        await using var server = new UselessTarget(new Useless.SmallRelay(Useless.Fault.None, phone: "mobile", agent: "bot").ServeAsync);
        var description = Description(server.Url, tls: null);
        description["adminKey"] = Useless.SmallRelay.AdminKey;
        var (without, _) = await RunAsync(description);
        Assert.Equal(3, without);

        description["roles"] = new JsonObject { ["phone"] = "mobile", ["agent"] = "bot" };
        var (exitCode, _) = await RunAsync(description, "@CHAT-01 or @CHAT-02 or @PAIR-28");
        Assert.Equal(1, exitCode);
        using var report = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_directory, "out", "report.json")));
        Assert.All(report.RootElement.GetProperty("scenarios").EnumerateArray(), scenario => Assert.Equal("pass", scenario.GetProperty("verdict").GetString()));
        var failed = report.RootElement.GetProperty("requirements").EnumerateArray().Where(one => one.GetProperty("verdict").GetString() == "fail")
            .Select(one => one.GetProperty("id").GetString());
        Assert.Equal(["PAIR-24"], failed);
    }

    [Fact]
    public async Task RestartCommand_ThatKillsAndStarts_LetsUsageOutliveACrash()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The restart command of this test is a shell script.");
        int port;
        await using (var former = await ReferenceRelay.StartAsync())
            port = former.Port;
        var relay = Path.Combine(AppContext.BaseDirectory, "relay", "coralmux-relay.dll");
        var script = Path.Combine(_directory, "restart.sh");
        await File.WriteAllTextAsync(script, $$"""
            cd {{_directory}}
            [ ! -f pid ] || kill -9 $(cat pid)
            dotnet {{relay}} -addr 127.0.0.1:{{port}} -db relay.db -admin-key {{ReferenceRelay.AdminKey}} >log 2>&1 &
            echo $! >pid
            """, TestContext.Current.CancellationToken);
        try
        {
            using (var start = System.Diagnostics.Process.Start("sh", [script]))
                await start.WaitForExitAsync(TestContext.Current.CancellationToken);
            while (!await ListensAsync(port))
                await Task.Yield();

            var description = Description($"ws://127.0.0.1:{port}/ws", tls: null);
            description["restartCommand"] = new JsonArray("sh", script);
            var (exitCode, _) = await RunAsync(description, "@LIM-25");
            Assert.Equal(4, exitCode);
            Assert.Equal(1, Passed());
        }
        finally
        {
            using var kill = System.Diagnostics.Process.Start("sh", ["-c", $"kill -9 $(cat {Path.Combine(_directory, "pid")})"]);
            await kill.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static JsonObject Description(string url, string? tls) => new()
    {
        ["url"] = url,
        ["adminKey"] = ReferenceRelay.AdminKey,
        ["tls"] = tls is null ? new JsonObject() : JsonNode.Parse(tls),
    };

    private Task<int> VerifyAsync(string url, string tls) => VerifyAsync(Description(url, tls));

    /// <summary>How many scenarios of the selection passed; the run itself is incomplete, being a selection.</summary>
    private async Task<int> VerifyAsync(JsonObject description)
    {
        var (exitCode, error) = await RunAsync(description);
        Assert.True(exitCode == 4, error);
        return Passed();
    }

    private int Passed()
    {
        using var report = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_directory, "out", "report.json")));
        return report.RootElement.GetProperty("totals").GetProperty("pass").GetInt32();
    }

    private async Task<(int ExitCode, string Error)> RunAsync(JsonObject description, string selection = Selection)
    {
        var file = Path.Combine(_directory, "target.json");
        await File.WriteAllTextAsync(file, description.ToJsonString(), TestContext.Current.CancellationToken);
        var (exitCode, _, error) = await Cli.RunAsync("verify", "--target", file, "--tags", selection, "--out", Path.Combine(_directory, "out"));
        return (exitCode, error);
    }

    private async Task<ReferenceRelay> StartWithTlsAsync(string certificate, string key)
    {
        var (certificateFile, keyFile) = (Path.Combine(_directory, "leaf.pem"), Path.Combine(_directory, "key.pem"));
        await File.WriteAllTextAsync(certificateFile, certificate, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(keyFile, key, TestContext.Current.CancellationToken);
        return await ReferenceRelay.StartAsync("-tls-cert", certificateFile, "-tls-key", keyFile);
    }

    /// <summary>A private authority and a server certificate from it, for this machine's loopback address.</summary>
    private static (string Authority, string Leaf, string Key) MakeCertificates()
    {
        var (from, until) = (DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest($"CN=Test authority {Guid.NewGuid():N}", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var root = rootRequest.CreateSelfSigned(from, until);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=relay", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var leaf = request.Create(root, from, until, Guid.NewGuid().ToByteArray());
        return (root.ExportCertificatePem() + "\n", leaf.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
