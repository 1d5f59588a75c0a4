using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;
using CoralMux.ReferenceRelay.Storage;
using CoralMux.ReferenceRelay.Telemetry;
using CoralMux.ReferenceRelay.Tests.Support;

namespace CoralMux.ReferenceRelay.Tests.Http;

public sealed class TlsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux").FullName;

    private string CertificateFile => Path.Combine(_directory, "cert.pem");

    private string KeyFile => Path.Combine(_directory, "key.pem");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private void WriteCertificate(string name, DateTimeOffset written)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.SetLastWriteTimeUtc(CertificateFile, written.UtcDateTime);
    }

    private static async Task<(TestClient Client, string Name)> ConnectAsync(TestRelay relay, SslProtocols protocols = SslProtocols.None)
    {
        var name = "";
        var client = await TestClient.ConnectAsync(relay.Port, tls: true, configureTls: options =>
        {
            options.EnabledSslProtocols = protocols;
#pragma warning disable CA5359 // the certificate is of this test
            options.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                name = certificate!.Subject;
                return true;
            };
#pragma warning restore CA5359
        });
        return (client, name);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Pair_OverTls_ExchangesLargeMessages(SslProtocols protocols)
    {
        WriteCertificate("one", DateTimeOffset.UnixEpoch.AddDays(1));
        await using var relay = await TestRelay.StartAsync("-tls-cert", CertificateFile, "-tls-key", KeyFile);
        Assert.Equal("https", relay.Host.Address.Scheme);
        Assert.True(await relay.Host.Core.Store.AddAsync(NewToken(out var token)));
        (var phone, _) = await ConnectAsync(relay, protocols);
        (var agent, _) = await ConnectAsync(relay, protocols);
        await phone.AuthenticateAsync(token, "phone");
        await agent.AuthenticateAsync(token, "agent");
        await phone.AssertStatusAsync("online");

        var message = Envelopes.OfSize(1_000_000);
        var sending = phone.SendAsync(message);
        var received = await agent.ReceiveAsync();
        await sending;

        Assert.True(message.AsSpan().SequenceEqual(received));
        await phone.SendRawAsync(Frame.Of(Frame.Close, [0x03, 0xE8]));
        Assert.Equal(1000, await phone.ReceiveCloseAsync());
        await phone.DisposeAsync();
        await agent.DisposeAsync();
    }

    [Fact]
    public async Task Certificate_Replaced_IsUsedForNewConnections_AndABadOneIsNot()
    {
        var time = new ManualTime();
        WriteCertificate("one", DateTimeOffset.UnixEpoch.AddDays(1));
        await using var relay = await TestRelay.StartAsync(time, "-tls-cert", CertificateFile, "-tls-key", KeyFile);
        var (first, before) = await ConnectAsync(relay);
        await first.DisposeAsync();

        WriteCertificate("two", DateTimeOffset.UnixEpoch.AddDays(2));
        time.Advance(TimeSpan.FromSeconds(11));
        var (second, after) = await ConnectAsync(relay);
        await second.DisposeAsync();

        await File.WriteAllTextAsync(CertificateFile, "not a certificate", TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(11));
        var (third, still) = await ConnectAsync(relay);
        await third.DisposeAsync();

        Assert.Equal(("CN=one", "CN=two", "CN=two"), (before, after, still));
        Assert.Contains(relay.Log.Lines, l => l.Event.Id == 109);
    }

    private static TokenId NewToken(out string token)
    {
        (token, var id) = PairingToken.Create();
        return id;
    }
}
