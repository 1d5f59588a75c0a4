using System.Net.Sockets;
using System.Text;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>Strangers in numbers: those who guess, those who say nothing, and those who speak no protocol at all.</summary>
[Binding]
public sealed class StrangerSteps(World world) : IAsyncDisposable, IDisposable
{
    /// <summary>An answer that is later than the others by this much was held back on purpose: a shorter delay would not slow guessing.</summary>
    private static readonly TimeSpan HeldBack = TimeSpan.FromMilliseconds(300);

    /// <summary>So many cannot be an accident of this machine. A bucket that refills lets one through now and then.</summary>
    private const int Enough = 5;

    private const int MegaByte = 1024 * 1024;

    private static readonly PeerName Stranger = PeerName.Parse("a client");

    private readonly List<Stream> _streams = [];
    private readonly List<(bool TurnedAway, TimeSpan Took)> _answers = [];

    [StepWords("conduct of strangers")]
    public static Words<Conduct> Conducts { get; } = new(
        ("try wrong tokens", Conduct.WrongTokens),
        ("speak nonsense first", Conduct.Nonsense),
        ("open connections and say nothing", Conduct.Silence),
        ("send half a handshake", Conduct.HalfHandshake),
        ("send a handshake byte by byte", Conduct.HandshakeByteByByte),
        ("send headers of a megabyte", Conduct.LargeHeaders),
        ("smuggle a second request behind a handshake", Conduct.SmuggledRequest),
        ("send noise behind their handshake", Conduct.NoiseBehindHandshake),
        ("send half a frame and fall silent", Conduct.HalfFrame));

    [StepWords("some")]
    public static Words<Some> Quantities { get; } = new(("none", Some.None), ("some", Some.Enough), ("the last", Some.TheLast));

    public void Dispose()
    {
        foreach (var stream in _streams)
            stream.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stream in _streams)
            await stream.DisposeAsync();
    }

    /// <summary>One after the other, all from this address; those that say nothing more stay until the scenario is over.</summary>
    [When("{int} strangers {conduct of strangers}")]
    public async Task Strangers(int count, Conduct conduct)
    {
        for (var i = 0; i < count; i++)
        {
            var began = world.Time.GetTimestamp();
            var turnedAway = conduct switch
            {
                Conduct.WrongTokens => await AuthenticateAsync(world.Envelopes.Auth(Purse.UnknownToken(), world.Target.RoleName(Role.Phone)), "UNAUTHORIZED"),
                Conduct.Nonsense => await AuthenticateAsync(world.Envelopes.Sample(i % 2 == 0 ? "chat.send" : "ping"), "UNAUTHORIZED", "INVALID_MESSAGE"),
                Conduct.Silence => await OpenAsync(),
                _ => await SayAsync(conduct),
            };
            _answers.Add((turnedAway, world.Time.GetElapsedTime(began)));
            // Each further one would take its time now, and show nothing new.
            if (conduct == Conduct.WrongTokens && _answers.Count(WasSlowed) >= Enough)
                return;
        }
    }

    /// <summary>Slowed: answered much later than the first of them were. Turned away: with 429 or 503, <c>RATE_LIMITED</c>, or 1013.</summary>
    [Then("{some} of the strangers was/were slowed or turned away")]
    public void WereSlowed(Some which)
    {
        var some = Quantities.For(which);
        var slowed = _answers.Select(WasSlowed).ToList();
        var count = slowed.Count(one => one);
        var holds = which switch { Some.None => count == 0, Some.Enough => count >= Enough, _ => slowed[^1] };
        if (holds)
            return;
        if (which == Some.None && !_answers.Any(answer => answer.TurnedAway) && world.Watches.WorstStall is var stall && stall > HeldBack / 2)
            throw new InconclusiveException($"this program was itself late by {stall.TotalMilliseconds:0} ms, too much to see a delay of {HeldBack.TotalMilliseconds:0} ms");
        throw new ExpectationException($"{some} of the {_answers.Count} is slowed or turned away", $"{count} were; the first were answered after {Usual.TotalMilliseconds:0.0} ms, the slowest after {_answers.Max(answer => answer.Took).TotalMilliseconds:0} ms");
    }

    private TimeSpan Usual => _answers.Take(5).Select(answer => answer.Took).Order().ElementAt(Math.Min(_answers.Count, 5) / 2);

    private bool WasSlowed((bool TurnedAway, TimeSpan Took) answer) => answer.TurnedAway || answer.Took > Usual + HeldBack;

    private async Task<bool> OpenAsync()
    {
        using var timeout = world.Deadline.StartTimer();
        var request = Handshake.Request(world.Target.Endpoint, Handshake.NewKey());
        var (stream, response) = await WireConnection.OpenRawAsync(world.Target.Endpoint, request, "stranger", world.Transcript, timeout.Token);
        _streams.Add(stream);
        if (response.Status != 101)
            return IsTurnedAway(response.Status);
        // One that is let in receives nothing; one that is not gets an answer at once, or a moment later.
        using var moment = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token);
        moment.CancelAfter(HeldBack);
        try
        {
            using var reader = new FrameReader(stream, response.Remainder);
            return await reader.ReadAsync(moment.Token) is { Opcode: Opcode.Close, Payload: { Length: >= 2 } payload }
                && ((payload.Span[0] << 8) | payload.Span[1]) == CloseCodes.TryAgainLater;
        }
        catch (OperationCanceledException) when (!timeout.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> AuthenticateAsync(Envelope first, params string[] usual)
    {
        Peer client;
        try
        {
            client = await world.Cast.OpenAsync(Stranger, token: "none");
        }
        catch (ExpectationException exception) when (exception.InnerException is HandshakeException { Status: 429 })
        {
            return true;
        }

        await world.Traffic.SendAsync(Stranger, first);
        var answer = await client.NextMessageAsync("an error envelope", world.Deadline);
        await client.EndAsync("the relay closes the connection after it", world.Deadline);
        if (answer.Code != "RATE_LIMITED" && !usual.Contains(answer.Code))
            throw new ExpectationException($"{string.Join(" or ", usual)}, or RATE_LIMITED", $"{answer}");
        return answer.Code == "RATE_LIMITED";
    }

    // Whatever comes back, or nothing: what counts is that the relay goes on for others.
    private async Task<bool> SayAsync(Conduct conduct)
    {
        var endpoint = world.Target.Endpoint;
        var handshake = Handshake.Request(endpoint, Handshake.NewKey());
        var stream = await endpoint.DialAsync(world.CancellationToken);
        _streams.Add(stream);
        byte[] bytes = conduct switch
        {
            Conduct.HalfHandshake or Conduct.HandshakeByteByByte => handshake[..(handshake.Length / 2)],
            Conduct.LargeHeaders => [.. handshake[..^2], .. Encoding.ASCII.GetBytes($"X-Filler: {new string('x', MegaByte)}\r\n\r\n")],
            Conduct.SmuggledRequest =>
            [
                .. Encoding.ASCII.GetBytes($"POST {endpoint.Url.PathAndQuery} HTTP/1.1\r\nHost: {endpoint.Url.Authority}\r\n"),
                .. "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"u8,
                .. handshake,
            ],
            Conduct.NoiseBehindHandshake => [.. handshake, .. Noise(MegaByte / 16)],
            _ => [.. handshake, 0x01, 0xFF, 0, 0, 0, 0, 0, 1],
        };
        world.Transcript.Add("stranger", Direction.Sent, "raw", bytes, Conducts.For(conduct));
        try
        {
            var step = conduct == Conduct.HandshakeByteByByte ? 1 : bytes.Length;
            for (var i = 0; i < bytes.Length; i += step)
                await stream.WriteAsync(bytes.AsMemory(i, step), world.CancellationToken);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            world.Transcript.Note("stranger", $"cut off: {exception.Message}");
            return true;
        }

        return false;
    }

    private byte[] Noise(int length)
    {
        var noise = new byte[length];
        world.Random.NextBytes(noise);
        return noise;
    }

    private static bool IsTurnedAway(int status) => status is 429 or 503
        ? true
        : throw new ExpectationException("101, or 503 where there are too many", $"the handshake is answered {status}");

    /// <summary>What strangers do.</summary>
    public enum Conduct { WrongTokens, Nonsense, Silence, HalfHandshake, HandshakeByteByByte, LargeHeaders, SmuggledRequest, NoiseBehindHandshake, HalfFrame }

    /// <summary>How many of the strangers were slowed or turned away.</summary>
    public enum Some { None, Enough, TheLast }
}
