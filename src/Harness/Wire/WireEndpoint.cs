using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CoralMux.Harness.Wire;

/// <summary>How to reach a WebSocket: the URL, the headers of the handshake, and the expected certificate.</summary>
/// <param name="Url"><c>ws://</c> or <c>wss://</c>, with path.</param>
/// <param name="Headers">Added to every handshake, such as a proxy's.</param>
/// <param name="Authorities">Private CAs to trust instead of the machine's, or null.</param>
/// <param name="PinnedSha256">SHA-256 of the one public key to accept (SubjectPublicKeyInfo), 64 hex digits, or null.</param>
/// <param name="AcceptsAnyCertificate">For a test set-up only.</param>
public sealed record WireEndpoint(
    Uri Url,
    IReadOnlyDictionary<string, string> Headers,
    X509Certificate2Collection? Authorities = null,
    string? PinnedSha256 = null,
    bool AcceptsAnyCertificate = false)
{
    public bool IsSecure => Url.Scheme == "wss";

    /// <summary>Opens the TCP connection, with TLS for <c>wss://</c>.</summary>
    /// <exception cref="SocketException">Nothing listens there, or the name does not resolve.</exception>
    /// <exception cref="AuthenticationException">The certificate is not the expected one; the message says what it is.</exception>
    public async Task<Stream> DialAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(Url.IdnHost, Url.Port, cancellationToken);
            var stream = new NetworkStream(socket, ownsSocket: true);
            if (!IsSecure)
                return stream;

            string? refusal = null;
            bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
            {
                if (Accepts(sender, certificate, chain, errors))
                    return true;
                refusal = Describe((X509Certificate2?)certificate, errors);
                return false;
            }

            var tls = new SslStream(stream);
            try
            {
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions { TargetHost = Url.IdnHost, RemoteCertificateValidationCallback = Judge }, cancellationToken);
            }
            catch (AuthenticationException exception) when (refusal is not null)
            {
                throw new AuthenticationException(refusal, exception);
            }

            return tls;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether a server's certificate is the one this endpoint expects; shared with the HTTP side of a target.</summary>
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (AcceptsAnyCertificate)
            return true;
        if (certificate is null)
            return false;
        if (PinnedSha256 is { } pin)
            return KeyHash((X509Certificate2)certificate).Equals(pin, StringComparison.OrdinalIgnoreCase);
        if (Authorities is null)
            return errors == SslPolicyErrors.None;
        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
            return false;

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(Authorities);
        if (chain is not null)
            own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return own.Build((X509Certificate2)certificate);
    }

    private static string KeyHash(X509Certificate2 certificate) =>
        Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private string Describe(X509Certificate2? certificate, SslPolicyErrors errors)
    {
        if (certificate is null)
            return "it shows no certificate";
        var shown = $"its certificate ({certificate.Subject}, public key with SHA-256 {KeyHash(certificate)})";
        if (PinnedSha256 is not null)
            return $"{shown} does not have the key pinned in tls.pinnedSha256";
        return (errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0
            ? $"{shown} is not for {Url.IdnHost}"
            : $"{shown} is from an authority that is not trusted here; name the authority (tls.caFile) or pin this key (tls.pinnedSha256) in " +
            $"the target description";
    }
}
