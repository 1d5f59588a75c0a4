using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CoralMux.ReferenceRelay.Tests.Process;

/// <summary>A relay that cannot start says why in one sentence, that names the thing and what to do; no log line, no stack trace.</summary>
public sealed class StartFaultTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static async Task<string> StartInVainAsync(int exit, params string[] flags)
    {
        var (ended, output, errors) = await RelayProcess.RunAsync(["-db", ":memory:", .. flags]);
        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((exit, ""), (ended, output));
        Assert.StartsWith("coralmux-relay: ", line, StringComparison.Ordinal);
        return line["coralmux-relay: ".Length..];
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task Start_AddressInUse_NamesFlagAddressAndPort(string format)
    {
        await using var other = await RelayProcess.StartAsync(RelayProcess.Program, "-db", ":memory:");
        var taken = other.Address.Authority;

        Assert.Equal($"cannot listen on {taken} (-addr): another program listens there", await StartInVainAsync(1, "-addr", taken, "-log-format", format));
        Assert.Equal(
            $"cannot listen on {taken} (-metrics-addr): another program listens there",
            await StartInVainAsync(1, "-addr", "127.0.0.1:0", "-metrics-addr", taken));
    }

    [Fact]
    public async Task Start_AddressOfAnotherMachine_NamesFlagAddressAndPort() =>
        Assert.Equal("cannot listen on 192.0.2.1:8080 (-addr): this machine has no such address", await StartInVainAsync(1, "-addr", "192.0.2.1:8080"));

    [Theory]
    [InlineData("certificate is text", "-tls-cert {0}/cert.pem is not a PEM certificate")]
    [InlineData("certificate is damaged", "-tls-cert {0}/cert.pem is not a PEM certificate")]
    [InlineData("key is text", "-tls-key {0}/key.pem is not a PEM private key")]
    [InlineData("key is damaged", "-tls-key {0}/key.pem is not the private key of the certificate in -tls-cert {0}/cert.pem, or is damaged")]
    [InlineData("key is encrypted", "-tls-key {0}/key.pem is encrypted: decrypt it with openssl pkey, and let only the relay read it")]
    [InlineData("key of another certificate", "-tls-key {0}/key.pem is not the private key of the certificate in -tls-cert {0}/cert.pem, or is damaged")]
    public async Task Start_TlsFilesUnusable_NamesTheFile(string fault, string said)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var certificatePem = fault switch
        {
            "certificate is text" => "no certificate",
            "certificate is damaged" => "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
            _ => certificate.ExportCertificatePem(),
        };
        var keyPem = fault switch
        {
            "key is text" => "no key",
            "key is damaged" => "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n",
            "key is encrypted" => key.ExportEncryptedPkcs8PrivateKeyPem(
                "word", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000)),
            "key of another certificate" => otherKey.ExportPkcs8PrivateKeyPem(),
            _ => key.ExportPkcs8PrivateKeyPem(),
        };
        string certificateFile = Path.Combine(_directory, "cert.pem"), keyFile = Path.Combine(_directory, "key.pem");
        await File.WriteAllTextAsync(certificateFile, certificatePem, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(keyFile, keyPem, TestContext.Current.CancellationToken);

        Assert.Equal(
            said.Replace("{0}", _directory, StringComparison.Ordinal),
            await StartInVainAsync(1, "-addr", "127.0.0.1:0", "-tls-cert", certificateFile, "-tls-key", keyFile));
    }

    [Theory]
    [InlineData("""{ "rate-phone": 30, }x""", "{0}/config.json: is not valid JSON at line 1, byte 22")]
    [InlineData("{\n  rate-phone: 30\n}", "{0}/config.json: is not valid JSON at line 2, byte 3")]
    [InlineData("", "{0}/config.json: is not valid JSON at line 1, byte 1")]
    [InlineData("""{ "db": null }""", "{0}/config.json: db must be a string, a number, true, false or a list of them")]
    [InlineData("""{ "rate-phone": { "per": 30 } }""", "{0}/config.json: rate-phone must be a string, a number, true, false or a list of them")]
    [InlineData("""{ "rate-phone": 30, "rate-phone": 40 }""", "{0}/config.json: rate-phone appears twice")]
    public async Task Start_ConfigFileWrong_SaysWhere(string text, string said)
    {
        var file = Path.Combine(_directory, "config.json");
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);

        Assert.Equal(said.Replace("{0}", _directory, StringComparison.Ordinal), await StartInVainAsync(2, "-config", file));
    }
}
