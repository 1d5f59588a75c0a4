using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using CoralMux.ReferenceRelay.Http;
using CoralMux.ReferenceRelay.Tests.Support;

namespace CoralMux.ReferenceRelay.Tests.Publishing;

/// <summary>Trimming takes away what nobody seems to call, so what the file can do is seen on the file itself.</summary>
public sealed class PublishedFileTests(PublishedFile published) : IClassFixture<PublishedFile>
{
    private const int MostBytes = 20_000_000;

    [Fact]
    public async Task PublishedFile_Alone_PairsRelaysDrainsAndRemembers()
    {
        string file = await published.PathAsync(), database = Path.Combine(published.Scratch, "relay.db");
        string token;
        await using (var relay = await PublishedRelay.StartAsync(file, published.Scratch, "-db", database))
        {
            token = await relay.NewTokenAsync();
            await using var phone = await JoinAsync(relay.Port, token, "phone");
            await using var agent = await JoinAsync(relay.Port, token, "agent");
            await phone.AssertStatusAsync("online");
            var large = Envelopes.OfSize(5 * 1024 * 1024);
            await phone.SendAsync(large);
            Assert.Equal(large, await agent.ReceiveAsync());
            await agent.SendAsync(Envelopes.Of("chat.done"));
            Assert.Equal(Envelopes.Of("chat.done"), await phone.ReceiveTextAsync());

            await relay.TerminateAsync();
            Assert.Equal(1001, await ReadCloseAsync(phone));
            Assert.Equal(1001, await ReadCloseAsync(agent));
            await phone.DisposeAsync();
            await agent.DisposeAsync();
            Assert.Equal(0, (await relay.ExitAsync()).ExitCode);
        }

        await using var again = await PublishedRelay.StartAsync(file, published.Scratch, "-db", database);
        await using var back = await TestClient.ConnectAsync(again.Port);
        var ok = await back.AuthenticateAsync(token, "phone");
        Assert.Equal("auth.ok", ok.GetProperty("type").GetString());
        Assert.Equal(5 * 1024 * 1024 + Envelopes.Of("chat.done").Length, ok.GetProperty("payload").GetProperty("daily_used_bytes").GetInt64());
    }

    [Fact]
    public async Task PublishedFile_TlsConfigFileJsonLogMetricsAndPage_Work()
    {
        var file = await published.PathAsync();
        using var certificate = WriteCertificate(published.Scratch);
        var config = Path.Combine(published.Scratch, "config.json");
        await File.WriteAllTextAsync(
            config, """{ "db": ":memory:", "log-format": "json", "tls-cert": "cert.pem", "tls-key": "key.pem" }""", TestContext.Current.CancellationToken);
        await using var relay = await PublishedRelay.StartAsync(file, published.Scratch, "-config", config);

        await using (var client = await TestClient.ConnectAsync(relay.Port, tls: true, configureTls: options =>
            options.RemoteCertificateValidationCallback = (_, seen, _, _) => seen!.GetCertHashString() == certificate.Thumbprint))
        {
            Assert.StartsWith("HTTP/1.1 101", client.Handshake, StringComparison.Ordinal);
            Assert.Contains("\ncoralmux_relay_connections 1\n", await GetAsync(relay.Port, "/metrics", certificate), StringComparison.Ordinal);
            Assert.Contains("<title>", await GetAsync(relay.Port, "/", certificate), StringComparison.Ordinal);
        }

        await relay.TerminateAsync();
        var (code, log) = await relay.ExitAsync();
        Assert.Equal(0, code);
        int[] events = [.. log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line).GetProperty("EventId").GetInt32())];
        Assert.Equal([100, 103, 104], events);
    }

    [Fact]
    public async Task PublishedFile_IsSmall() =>
        Assert.InRange(new FileInfo(await published.PathAsync()).Length, 1, MostBytes);

    private static async Task<TestClient> JoinAsync(int port, string token, string role)
    {
        var client = await TestClient.ConnectAsync(port);
        Assert.Equal("auth.ok", (await client.AuthenticateAsync(token, role)).GetProperty("type").GetString());
        return client;
    }

    /// <summary>Unlike its namesake it does not wait for the end of the stream, and passes over the news that the peer went first.</summary>
    private static async Task<int> ReadCloseAsync(TestClient client)
    {
        while (true)
        {
            var (opcode, payload) = await client.ReceiveFrameAsync();
            if (opcode == Frame.Close)
                return payload[0] << 8 | payload[1];
        }
    }

    private static async Task<string> GetAsync(int port, string path, X509Certificate2 certificate)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, seen, _, _) => seen!.GetCertHashString() == certificate.Thumbprint;
        using var http = new HttpClient(handler);
        return await http.GetStringAsync(new Uri($"https://127.0.0.1:{port}{path}"), TestContext.Current.CancellationToken);
    }

    private static X509Certificate2 WriteCertificate(string directory)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(Path.Combine(directory, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        return certificate;
    }
}
