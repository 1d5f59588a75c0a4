using System.Globalization;
using System.Text;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Protocol;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Steps;

/// <summary>What a polite library would not send: frames as one likes them.</summary>
[Binding]
public sealed class WireSteps(World world) : IDisposable
{
    private readonly MemoryStream _begun = new();
    private ReadOnlyMemory<byte>? _message;

    /// <summary>An ordinary chat.send, the same one all through the scenario.</summary>
    private ReadOnlyMemory<byte> Message => _message ??= world.Envelopes.Sample("chat.send").Bytes;

    public void Dispose() => _begun.Dispose();

    /// <summary>
    /// One row a frame: <c>opcode</c> (a name, or 0x3), <c>fin</c> (yes or no), <c>rsv</c> (0 to 7), <c>mask</c> (yes or no),
    /// <c>announces</c> (a length, where it lies), <c>payload</c> (text; <c>hex:</c> bytes; <c>N bytes</c>; <c>message</c>, or
    /// its <c>first half</c> and <c>second half</c>: an ordinary chat.send). Columns left out have their honest value.
    /// </summary>
    [When("{peer} sends these frames")]
    public async Task SendsTheseFrames(PeerName peer, IReadOnlyList<IReadOnlyList<string>> table)
    {
        foreach (var row in table.Skip(1))
        {
            var cells = table[0].Zip(row).ToDictionary(pair => pair.First, pair => pair.Second);
            var payload = Payload(cells.GetValueOrDefault("payload", ""));
            await SendFrameAsync(peer, payload, new FrameHeader(
                ParseOpcode(cells.GetValueOrDefault("opcode", "text")),
                cells.TryGetValue("announces", out var announced) && announced.Length > 0 ? ulong.Parse(announced, CultureInfo.InvariantCulture) : (ulong)payload.Length,
                cells.GetValueOrDefault("mask", "yes") == "yes" ? WireConnection.NewMaskKey() : null,
                cells.GetValueOrDefault("fin", "yes") == "yes",
                int.Parse(cells.GetValueOrDefault("rsv", "0"), CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>One row a fragment, its payload as in the step above.</summary>
    [When("{peer} sends a message in these fragments")]
    public Task SendsInTheseFragments(PeerName peer, IReadOnlyList<IReadOnlyList<string>> rows) =>
        SendFragmentsAsync(peer, [.. rows.Select(row => Payload(row[0]))]);

    [When("{peer} sends a chat.send message in fragments of one byte")]
    public Task SendsInFragmentsOfOneByte(PeerName peer) =>
        SendFragmentsAsync(peer, [.. Enumerable.Range(0, Message.Length).Select(i => Message.Slice(i, 1))]);

    private async Task SendFragmentsAsync(PeerName peer, IReadOnlyList<ReadOnlyMemory<byte>> fragments)
    {
        for (var i = 0; i < fragments.Count; i++)
            await SendFrameAsync(peer, fragments[i], new FrameHeader(i == 0 ? Opcode.Text : Opcode.Continuation, (ulong)fragments[i].Length, WireConnection.NewMaskKey(), i == fragments.Count - 1));
    }

    // What the data frames add up to is "it" from the last one on.
    private async Task SendFrameAsync(PeerName peer, ReadOnlyMemory<byte> payload, FrameHeader header)
    {
        if (header.Opcode is not (Opcode.Close or Opcode.Ping or Opcode.Pong))
        {
            _begun.Write(payload.Span);
            world.Remember(world.Peer(peer), _begun.ToArray());
            if (header.Fin)
                _begun.SetLength(0);
        }

        await world.Guard(() => world.Peer(peer).Connection.SendAsync(header, payload, world.CancellationToken));
    }

    /// <summary>Refused in one of the two ways the specification leaves open, and nothing else.</summary>
    [Then("{peer} is answered {code} or closed {closing}")]
    public async Task IsAnsweredOrClosed(PeerName peer, ErrorCodes codes, int[] closeCodes)
    {
        var expected = $"the {peer.Name} is answered {codes}, or closed with {string.Join(" or ", closeCodes)}";
        var sender = world.Peer(peer);
        ReceivedMessage answer;
        try
        {
            answer = await sender.NextMessageAsync(expected, world.Deadline);
        }
        catch (ExpectationException) when (sender.Ended.IsCompleted)
        {
            var end = await sender.Ended;
            if (end.CloseCode is { } closed && closeCodes.Contains(closed))
                return;
            throw new ExpectationException(expected, $"its connection ended with {end}");
        }

        if (answer.Type != "chat.error" || answer.Code is not { } code || !codes.Codes.Contains(code))
            throw new ExpectationException(expected, $"it received {answer.Describe()}");
        world.LastError = answer;
    }

    /// <summary>An envelope in a binary message: accepted and delivered as text, or refused in one of two ways.</summary>
    [Then("{peer} receives it as text, or {peer} is answered {code} or closed {closing}")]
    public async Task ReceivesItAsTextOrIsRefused(PeerName receiver, PeerName sender, ErrorCodes codes, int[] closeCodes)
    {
        var messages = new MessageSteps(world);
        var from = world.Peer(sender);
        try
        {
            await world.FenceAsync(sender);
        }
        catch (ExpectationException) when (from.Ended.IsCompleted)
        {
            await IsAnsweredOrClosed(sender, codes, closeCodes);
            await messages.NothingReaches(receiver);
            return;
        }

        await messages.ReceivesItOrIsAnswered(receiver, sender, codes);
        if (world.Peer(receiver).Received.LastOrDefault(received => received.Hash == world.LastSent!.Hash) is { IsText: false } binary)
            throw new ExpectationException($"the {receiver.Name} receives it in a text message", $"it received it in a binary one: {binary.Describe()}");
    }

    [Then("all frames from the relay were in order")]
    public void AllFramesWereInOrder() => ExpectUnbroken(WellKnownRequirements.RelayFrames);

    [Then("the relay originated its own types only")]
    public void TheRelayOriginatedItsOwnTypesOnly() => ExpectUnbroken(WellKnownRequirements.RelayTypes);

    [Then("every close code was one of the table")]
    public void EveryCloseCodeWasOfTheTable() => ExpectUnbroken(WellKnownRequirements.CloseCodes);

    private void ExpectUnbroken(string requirement)
    {
        world.Inspect();
        if (world.Violations.All.FirstOrDefault(violation => violation.Requirement == requirement) is { } broken)
            throw new ExpectationException(broken.Expected, $"the {broken.Connection} got {broken.Actual}");
    }

    [When("{peer} sends a WebSocket ping with {string}")]
    public Task SendsAWebSocketPing(PeerName peer, string data) =>
        world.Guard(() => world.Peer(peer).Connection.SendAsync(Opcode.Ping, Encoding.UTF8.GetBytes(data), world.CancellationToken));

    [Then("{peer} is answered with a WebSocket pong with {string}")]
    public async Task IsAnsweredWithAWebSocketPong(PeerName peer, string data)
    {
        var expected = $"a WebSocket pong with '{data}'";
        var deadline = world.Deadline;
        var others = new List<string>();
        try
        {
            // Pongs that nobody asked for are allowed (RFC 6455 §5.5.3).
            while (Encoding.UTF8.GetString(await world.Peer(peer).NextWirePongAsync(expected, deadline)) is var pong && pong != data)
                others.Add($"'{pong}'");
        }
        catch (ExpectationException unmet) when (others.Count > 0)
        {
            throw new ExpectationException(expected, $"a pong with {string.Join(", ", others)}; {unmet.Actual}");
        }
    }

    private static Opcode ParseOpcode(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? (Opcode)byte.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        : Enum.Parse<Opcode>(text, ignoreCase: true);

    private ReadOnlyMemory<byte> Payload(string text) => text switch
    {
        "message" => Message,
        "first half" => Message[..(Message.Length / 2)],
        "second half" => Message[(Message.Length / 2)..],
        _ when text.StartsWith("hex:", StringComparison.Ordinal) => Convert.FromHexString(text[4..].Replace(" ", "", StringComparison.Ordinal)),
        _ when text.EndsWith(" bytes", StringComparison.Ordinal) => new byte[int.Parse(text[..^6], CultureInfo.InvariantCulture)],
        _ => Encoding.UTF8.GetBytes(text),
    };
}
