using System.Globalization;
using System.Text;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Forecasting;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>What a polite library would not send: frames as one likes them.</summary>
[Binding]
public sealed class WireSteps(World world) : IDisposable
{
    private static readonly Words<Mask> Masks = new(("yes", Mask.Right), ("no", Mask.None), ("wrong", Mask.Wrong));
    private static readonly Words<bool> YesOrNo = new(("yes", true), ("no", false));

    private readonly MemoryStream _begun = new();
    private ReadOnlyMemory<byte>? _message;

    /// <summary>An ordinary chat.send, the same one all through the scenario.</summary>
    private ReadOnlyMemory<byte> Message => _message ??= world.Envelopes.Sample("chat.send").Bytes;

    public void Dispose() => _begun.Dispose();

    /// <summary>
    /// One row a frame: <c>opcode</c> (a name, or 0x3), <c>fin</c> (yes or no), <c>rsv</c> (0 to 7), <c>mask</c> (yes, no, or
    /// wrong: another key than announced), <c>announces</c> (a length, where it lies), <c>payload</c> (text; <c>hex:</c> bytes;
    /// <c>N bytes</c>; <c>message</c>, or its <c>first half</c> and <c>second half</c>: an ordinary chat.send). Columns left
    /// out have their honest value.
    /// </summary>
    [When("{peer} sends these frames")]
    [Costs(nameof(StepCost.OneMessage))]
    public async Task SendsTheseFrames(PeerName peer, IReadOnlyList<IReadOnlyList<string>> table)
    {
        foreach (var row in table.Skip(1))
        {
            var cells = table[0].Zip(row).ToDictionary(pair => pair.First, pair => pair.Second);
            var mask = Masks.Parse(cells.GetValueOrDefault("mask", "yes"));
            var payload = Payload(cells.GetValueOrDefault("payload", ""));
            var announced = cells.GetValueOrDefault("announces", "");
            await SendFrameAsync(peer, payload, new FrameHeader(
                ParseOpcode(cells.GetValueOrDefault("opcode", "text")),
                announced.Length > 0 ? ulong.Parse(announced, CultureInfo.InvariantCulture) : (ulong)payload.Length,
                mask == Mask.None ? null : WireConnection.NewMaskKey(),
                YesOrNo.Parse(cells.GetValueOrDefault("fin", "yes")),
                int.Parse(cells.GetValueOrDefault("rsv", "0"), CultureInfo.InvariantCulture)), mask == Mask.Wrong);
        }
    }

    // What the data frames add up to is "it" from the last one on.
    private async Task SendFrameAsync(PeerName peer, ReadOnlyMemory<byte> payload, FrameHeader header, bool isMaskedWrongly)
    {
        if (isMaskedWrongly)
        {
            // Every byte one bit off: what comes out is never UTF-8 of an envelope.
            var garbled = payload.ToArray();
            FrameHeader.ApplyMask(garbled, 0x80808080);
            payload = garbled;
        }

        if (header.Opcode is not (Opcode.Close or Opcode.Ping or Opcode.Pong))
        {
            _begun.Write(payload.Span);
            world.Traffic.Remember(peer, _begun.ToArray());
            if (header.Fin)
                _begun.SetLength(0);
        }

        await world.Traffic.GuardAsync(() => world.Cast.Peer(peer).Connection.SendAsync(header, payload, world.CancellationToken));
    }

    /// <summary>It does not answer the close frame at once, but goes on for a second, as one that is in the middle of something.</summary>
    [When("{peer} goes on sending after it is refused")]
    public async Task GoesOnSending(PeerName peer)
    {
        const int pieces = 20;
        var client = world.Cast.Peer(peer);
        client.AnswersClose = false;
        await world.Traffic.SendAsync(peer, world.Envelopes.Sample("chat.send"));
        var refused = new Deadline(world.Deadline.Remaining, world.CancellationToken);
        await client.NextMessageAsync("an error envelope", refused);
        await client.CloseFrameAsync("a close frame after the error", refused);
        try
        {
            for (var i = 0; i < pieces; i++)
            {
                await client.Connection.SendAsync(Opcode.Text, Message, world.CancellationToken);
                await Task.Delay(TimeSpan.FromMilliseconds(1000 / pieces), world.Time, world.CancellationToken);
            }

            await client.Connection.SendAsync(Opcode.Close, new byte[] { 0x03, 0xE8 }, world.CancellationToken);
        }
        catch (IOException exception)
        {
            throw new ExpectationException("the relay reads on after its close frame", $"the connection was cut: {exception.Message}");
        }
    }

    [Then("{peer} is answered with a WebSocket pong with {string}")]
    public async Task IsAnsweredWithAWebSocketPong(PeerName peer, string data)
    {
        var expected = $"a WebSocket pong with '{data}'";
        var deadline = world.Deadline;
        var others = new List<string>();
        try
        {
            // Pongs that nobody asked for are allowed (RFC 6455 §5.5.3).
            while (Encoding.UTF8.GetString(await world.Cast.Peer(peer).NextWirePongAsync(expected, deadline)) is var pong && pong != data)
                others.Add($"'{pong}'");
        }
        catch (ExpectationException unmet) when (others.Count > 0)
        {
            throw new ExpectationException(expected, $"a pong with {string.Join(", ", others)}; {unmet.Finding.Actual}");
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

    private enum Mask { Right, None, Wrong }
}
