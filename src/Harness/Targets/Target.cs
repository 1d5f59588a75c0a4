using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Targets;

/// <summary>The relay under test: its claims, and how to reach its WebSocket and its HTTP API.</summary>
public sealed class Target : IDisposable
{
    private Target(TargetDescription description, WireEndpoint endpoint, Uri httpBase)
    {
        Description = description;
        Endpoint = endpoint;
        Http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            SslOptions = new() { RemoteCertificateValidationCallback = endpoint.Accepts },
        })
        {
            BaseAddress = httpBase,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        foreach (var (name, value) in description.Headers)
            Http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
    }

    public TargetDescription Description { get; }

    public TargetLimits Limits => Description.Limits;

    public WireEndpoint Endpoint { get; }

    /// <summary>Its base address ends with a slash: relative paths keep a prefix.</summary>
    public HttpClient Http { get; }

    public bool Claims(string feature) => Description.Features.Contains(feature, StringComparer.Ordinal);

    /// <exception cref="CommandException">The URL or a file it names is of no use; exit 2.</exception>
    public static Target Create(TargetDescription description)
    {
        if (!Uri.TryCreate(description.Url, UriKind.Absolute, out var url) || url.Scheme is not ("ws" or "wss"))
            throw new CommandException(ExitCode.Usage, $"'{description.Url}' is not a WebSocket URL; use for example ws://host:port/ws or wss://host/ws.");

        var httpBase = new UriBuilder(url) { Scheme = url.Scheme == "ws" ? "http" : "https", Query = "", Path = Parent(url.AbsolutePath) }.Uri;
        if (description.AdminUrl is { } adminUrl
            && (!Uri.TryCreate(adminUrl.TrimEnd('/') + "/", UriKind.Absolute, out httpBase!) || httpBase.Scheme is not ("http" or "https")))
            throw new CommandException(ExitCode.Usage, $"'{adminUrl}' is not an HTTP URL; use for example http://host:port or https://host.");

        var tls = description.Tls;
        return new Target(description, new WireEndpoint(url, description.Headers, Authorities(tls.CaFile), tls.PinnedSha256, tls.Insecure), httpBase);
    }

    public void Dispose() => Http.Dispose();

    private static X509Certificate2Collection? Authorities(string? file)
    {
        if (file is null)
            return null;
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(File.ReadAllText(file));
            return authorities.Count > 0 ? authorities : throw new CommandException(ExitCode.Usage, $"There is no certificate in {file}: caFile must be a PEM file.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CommandException(ExitCode.Usage, $"The certificate authority in {file} cannot be read: {exception.Message}");
        }
    }

    // /prefix/ws -> /prefix/
    private static string Parent(string path) => path[..(path.LastIndexOf('/') + 1)];
}
