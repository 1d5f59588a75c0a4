using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace CoralMux.ReferenceRelay.Transport;

/// <summary>The certificate in force. New connections get the one last loaded; live ones keep theirs.</summary>
internal sealed class ServerTls
{
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

    /// <summary>Loads the files again when one of them has changed. Throws when they do not fit together; the old certificate then stays.</summary>
    /// <returns>True when there is a new certificate.</returns>
    public bool ReloadIfChanged()
    {
        (DateTime, DateTime) changed = Changed();
        if (changed == _loaded)
            return false;

        // Noted before the attempt: files that do not fit are complained about once, and looked at again when they change again.
        _loaded = changed;
        _options = Load();
        return true;
    }

    private (DateTime, DateTime) Changed() => (File.GetLastWriteTimeUtc(_certificateFile), File.GetLastWriteTimeUtc(_keyFile));

    private SslServerAuthenticationOptions Load()
    {
        using X509Certificate2 pem = X509Certificate2.CreateFromPemFile(_certificateFile, _keyFile);
        X509Certificate2 leaf = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_certificateFile);
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
    }
}
