using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CoralMux.Harness.Targets;

/// <summary>A certificate for a relay that is started for one scenario, trusted by its key alone.</summary>
/// <param name="Sha256">Of its public key, hex.</param>
internal sealed record TestCertificate(string File, string KeyFile, string Sha256)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(2);

    public static TestCertificate Write(string directory)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now - Lifetime, now + Lifetime);
        var pin = Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        var made = new TestCertificate(Path.Combine(directory, "cert.pem"), Path.Combine(directory, "key.pem"), pin);
        System.IO.File.WriteAllText(made.File, certificate.ExportCertificatePem());
        System.IO.File.WriteAllText(made.KeyFile, key.ExportPkcs8PrivateKeyPem());
        return made;
    }
}
