using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>TLS versions. The old ones are offered by bytes of our own: this machine's library may refuse to speak them.</summary>
[Binding]
public sealed class TlsSteps(World world)
{
    private const byte Handshake = 22;

    /// <summary>CBC suites of every age, ECDSA and RSA: whatever a server still speaks below 1.2 is among them.</summary>
    private static readonly ushort[] OldSuites = [0xC009, 0xC00A, 0xC013, 0xC014, 0x0033, 0x0039, 0x002F, 0x0035, 0x000A];

    // The machine's own choice may leave 1.3 out.
#pragma warning disable CA5398
    [StepWords("offer")]
    public static Words<SslProtocols> Offers { get; } = new(
        ("TLS 1.2 at most", SslProtocols.Tls12),
        ("TLS 1.2 and TLS 1.3", SslProtocols.Tls12 | SslProtocols.Tls13));

    [StepWords("grant")]
    public static Words<SslProtocols> Grants { get; } = new(("TLS 1.2", SslProtocols.Tls12), ("TLS 1.3", SslProtocols.Tls13));
#pragma warning restore CA5398

    /// <summary>The second number of a version.</summary>
    [StepWords("old offer")]
    public static Words<int> OldOffers { get; } = new(("TLS 1.0 at most", 0), ("TLS 1.1 at most", 1));

    /// <summary>The versions of RFC 8446 §4.1.2: a ServerHello is an acceptance, an alert or the end of the connection is not.</summary>
    [Then("a client that offers {old offer} is given nothing")]
    public async Task IsTurnedAway(int minor)
    {
        var endpoint = world.Target.Endpoint;
        using var timeout = world.Deadline.StartTimer();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endpoint.Url.IdnHost, endpoint.Url.Port, timeout.Token);
        var hello = ClientHello(minor, endpoint.Url.IdnHost);
        world.Transcript.Add("client", Direction.Sent, "tls", hello, $"ClientHello, TLS 1.{minor}");
        await socket.SendAsync(hello, timeout.Token);
        var answer = new byte[16];
        int length;
        try
        {
            length = await socket.ReceiveAsync(answer, timeout.Token);
        }
        catch (SocketException)
        {
            length = 0;
        }
        catch (OperationCanceledException) when (!world.CancellationToken.IsCancellationRequested)
        {
            throw new ExpectationException($"TLS 1.{minor} is refused with an alert or the end of the connection", $"there was no answer within {world.Deadline}");
        }

        world.Transcript.Add("client", Direction.Received, "tls", answer.AsSpan(0, length));
        if (length > 0 && answer[0] == Handshake)
            throw new ExpectationException($"TLS 1.{minor} is refused with an alert or the end of the connection", "the relay answered with a ServerHello");
    }

    [Then("a client that offers {offer} is given {grant}")]
    public async Task IsGiven(SslProtocols versions, SslProtocols expected)
    {
        var endpoint = world.Target.Endpoint;
        using var timeout = world.Deadline.StartTimer();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endpoint.Url.IdnHost, endpoint.Url.Port, timeout.Token);
        await using var tls = new SslStream(new NetworkStream(socket));
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = endpoint.Url.IdnHost,
            RemoteCertificateValidationCallback = endpoint.Accepts,
            EnabledSslProtocols = versions,
        };
        try
        {
            await tls.AuthenticateAsClientAsync(options, timeout.Token);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            throw new ExpectationException($"{expected} is negotiated", exception.Message);
        }

        world.Transcript.Note("client", $"negotiated {tls.SslProtocol}");
        if (tls.SslProtocol != expected)
            throw new ExpectationException($"{expected} is negotiated", $"it is {tls.SslProtocol}");
    }

    // RFC 5246 §7.4.1.2 with the extensions that elliptic curves need (RFC 8422) and the name.
    private static byte[] ClientHello(int minor, string host)
    {
        byte[] version = [3, (byte)(minor + 1)];
        byte[] name = System.Text.Encoding.ASCII.GetBytes(host);
        byte[] extensions =
        [
            .. Extension(0, [.. Word(name.Length + 3), 0, .. Word(name.Length), .. name]),
            .. Extension(10, [.. Word(6), .. Word(29), .. Word(23), .. Word(24)]),
            .. Extension(11, [1, 0]),
        ];
        byte[] body =
        [
            .. version, .. RandomNumberGenerator.GetBytes(32), 0,
            .. Word(OldSuites.Length * 2), .. OldSuites.SelectMany(suite => Word(suite)),
            1, 0, .. Word(extensions.Length), .. extensions,
        ];
        byte[] message = [1, 0, .. Word(body.Length), .. body];
        return [Handshake, 3, 1, .. Word(message.Length), .. message];
    }

    private static byte[] Extension(int type, byte[] data) => [.. Word(type), .. Word(data.Length), .. data];

    private static byte[] Word(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
