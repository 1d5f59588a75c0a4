using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoralMux.ReferenceRelay.Basics;

namespace CoralMux.ReferenceRelay.Transport;

/// <summary>The certificate in force, and TLS 1.2 and 1.3 (TRN-06, TRN-07). New connections get the certificate last loaded; live ones keep
/// theirs.</summary>
internal sealed class ServerTls
{
    private static readonly string[] KeyLabels = ["PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"];

    public static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    private readonly string _certificateFile;
    private readonly string _keyFile;
    private (DateTime, DateTime) _loaded;
    private volatile SslServerAuthenticationOptions _options;

    public ServerTls(string certificateFile, string keyFile)
    {
        _certificateFile = certificateFile;
        _keyFile = keyFile;
        _loaded = Changed();
        _options = Load();
    }

    public SslServerAuthenticationOptions Options => _options;

    /// <summary>Loads the files again when one of them has changed.</summary>
    /// <returns>True when there is a new certificate.</returns>
    /// <exception cref="StartException">They cannot be used; the old certificate stays.</exception>
    public bool ReloadIfChanged()
    {
        var changed = Changed();
        if (changed == _loaded)
            return false;

        // Noted before the attempt: files that do not fit are reported once, and read again when they change again.
        _loaded = changed;
        _options = Load();
        return true;
    }

    private (DateTime, DateTime) Changed() => (File.GetLastWriteTimeUtc(_certificateFile), File.GetLastWriteTimeUtc(_keyFile));

    private SslServerAuthenticationOptions Load()
    {
        string certificatePem = Read("-tls-cert", _certificateFile), keyPem = Read("-tls-key", _keyFile);
        var chain = new X509Certificate2Collection();
        using var pem = LoadPair(certificatePem, keyPem, chain);
        var leaf = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
    }

    private X509Certificate2 LoadPair(string certificatePem, string keyPem, X509Certificate2Collection chain)
    {
        try
        {
            using X509Certificate2 _ = X509Certificate2.CreateFromPem(certificatePem);
            chain.ImportFromPem(certificatePem);
        }
        catch (CryptographicException error)
        {
            throw new StartException($"-tls-cert {_certificateFile} is not a PEM certificate", error);
        }

        var label = LabelOfKey(keyPem);
        if (label is null)
            throw new StartException($"-tls-key {_keyFile} is not a PEM private key");
        if (label.StartsWith("ENCRYPTED", StringComparison.Ordinal) || keyPem.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
            throw new StartException($"-tls-key {_keyFile} is encrypted: decrypt it with openssl pkey, and let only the relay read it");
        try
        {
            return X509Certificate2.CreateFromPem(certificatePem, keyPem);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new StartException(
                $"-tls-key {_keyFile} is not the private key of the certificate in -tls-cert {_certificateFile}, or is damaged", error);
        }
    }

    private static string? LabelOfKey(string pem) =>
        KeyLabels.FirstOrDefault(label => pem.Contains($"-----BEGIN {label}-----", StringComparison.Ordinal));

    private static string Read(string flag, string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var problem = error is UnauthorizedAccessException ? "the relay's user may not read it" : error.Message;
            throw new StartException($"{flag} {file} cannot be read: {problem}", error);
        }
    }
}
