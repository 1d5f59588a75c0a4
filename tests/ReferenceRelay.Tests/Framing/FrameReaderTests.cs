using System.Text;
using CoralMux.ReferenceRelay.Framing;
using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Tests.Support;

namespace CoralMux.ReferenceRelay.Tests.Framing;

public sealed class FrameReaderTests
{
    private readonly MemoryBudget _budget = new();

    /// <summary>What the reader says about bytes that arrive in pieces of the given sizes.</summary>
    private List<string> Events(byte[] bytes, Func<int> piece, int max = 1 << 20)
    {
        var reader = new FrameReader(_budget) { MaxMessageSize = max };
        List<string> events = [];
        for (var at = 0; at < bytes.Length;)
        {
            reader.Trim();
            var target = reader.GetReceiveBuffer();
            var count = Math.Min(Math.Min(piece(), target.Length), bytes.Length - at);
            bytes.AsSpan(at, count).CopyTo(target.Span);
            reader.Received(count);
            at += count;
            for (FrameEvent next; (next = reader.Next()) != FrameEvent.NeedMore;)
            {
                events.Add(next switch
                {
                    FrameEvent.Message => $"{(reader.Message.IsText ? "Text" : "Binary")}:{Short(reader.Message.Bytes)}",
                    FrameEvent.Close or FrameEvent.Violation => $"{next}:{(int)reader.CloseCode}",
                    FrameEvent.TooLarge or FrameEvent.StillTooLarge => $"{next}",
                    _ => $"{next}:{Short(reader.Current)}",
                });
                if (next is FrameEvent.Violation or FrameEvent.Close)
                {
                    reader.Release();
                    return events;
                }
            }
        }

        reader.Release();
        return events;
    }

    private static string Short(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= 40 ? Encoding.UTF8.GetString(bytes) : $"{bytes.Length}#{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes))[..8]}";

    private static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    [Fact]
    public void Next_AnyPieces_SaysTheSame()
    {
        byte[] stream =
        [
            .. Frame.Of("one"),
            .. Frame.Of(Frame.Ping, "p"u8),
            .. Frame.Of(""),
            .. Frame.Of(Frame.Text, "fr"u8, final: false),
            .. Frame.Of(Frame.Ping, "inside"u8),
            .. Frame.Of(Frame.Continuation, "agm"u8, final: false),
            .. Frame.Of(Frame.Continuation, ""u8, final: false),
            .. Frame.Of(Frame.Continuation, "ent"u8),
            .. Frame.Of(Frame.Binary, Noise(300, 1)),
            .. Frame.Of(Frame.Text, Noise(70_000, 2)),
            .. Frame.Of(Frame.Text, Noise(200_000, 3), final: false),
            .. Frame.Of(Frame.Continuation, Noise(100_001, 4)),
            .. Frame.Of(Frame.Text, Noise(16_384, 5)),
            .. Frame.Of(Frame.Text, Noise(16_385, 6)),
            .. Frame.Of(Frame.Pong, ""u8),
            .. Frame.Of("last"),
            .. Frame.Of(Frame.Close, [0x03, 0xE8]),
        ];
        var whole = Events(stream, () => int.MaxValue);
        Assert.Equal(10, whole.Count(e => !e.StartsWith('P')));
        Assert.Contains("Text:fragment", whole);
        Assert.Equal("Close:1000", whole[^1]);

        var random = new Random(99);
        Assert.Equal(whole, Events(stream, () => 1));
        for (var round = 0; round < 50; round++)
            Assert.Equal(whole, Events(stream, () => random.Next(1, round % 2 == 0 ? 100 : 50_000)));
        Assert.Equal(0, _budget.Held);
    }

    public static TheoryData<byte[], int> Violations => new()
    {
        { Frame.Of(Frame.Text, "x"u8, masked: false), 1002 },
        { Frame.Of(Frame.Text, "x"u8, reserved: 0x40), 1002 },
        { Frame.Of(Frame.Text, "x"u8, reserved: 0x10), 1002 },
        { Frame.Of(3, "x"u8), 1002 },
        { Frame.Of(11, "x"u8), 1002 },
        { Frame.Of(Frame.Continuation, "x"u8), 1002 },
        { [.. Frame.Of(Frame.Text, "x"u8, final: false), .. Frame.Of("y")], 1002 },
        { Frame.Of(Frame.Ping, "x"u8, final: false), 1002 },
        { Frame.Of(Frame.Ping, new byte[126]), 1002 },
        { Frame.Of(Frame.Close, [3]), 1002 },
        { Frame.Of(Frame.Close, [0x03, 0xED]), 1002 },
        { Frame.Of(Frame.Close, [0x03, 0xEE]), 1002 },
        { Frame.Of(Frame.Close, [0x03, 0xF7]), 1002 },
        { Frame.Of(Frame.Close, [0x00, 0x00]), 1002 },
        { Frame.Of(Frame.Close, [0x13, 0x88]), 1002 },
        { Frame.Of(Frame.Close, [0x03, 0xE8, 0xFF]), 1002 },
        { Frame.Of(Frame.Text, "x"u8, length: long.MinValue), 1002 },
        { [0x81, 0xFE, 0, 5, 1, 2, 3, 4], 1002 },
        { [0x81, 0xFF, 0, 0, 0, 0, 0, 0, 1, 0, 1, 2, 3, 4], 1002 },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public void Next_BrokenRule_IsAViolation(byte[] bytes, int code) =>
        Assert.Equal($"Violation:{code}", Events(bytes, () => 1)[^1]);

    [Fact]
    public void Next_OverTheLimit_IsSaidOnceAndSkipped()
    {
        byte[] stream =
        [
            .. Frame.Of(Frame.Text, Noise(1000, 1)),
            .. Frame.Of(Frame.Text, Noise(1001, 1)),
            .. Frame.Of("after"),
            .. Frame.Of(Frame.Text, Noise(600, 1), final: false),
            .. Frame.Of(Frame.Continuation, Noise(600, 1), final: false),
            .. Frame.Of(Frame.Ping, ""u8),
            .. Frame.Of(Frame.Continuation, Noise(600, 1)),
            .. Frame.Of("again"),
        ];

        foreach (var piece in new[] { 1, 7, int.MaxValue })
        {
            var events = Events(stream, () => piece, max: 1000);
            Assert.Equal(["TooLarge", "Text:after", "TooLarge", "Ping:", "StillTooLarge", "Text:again"], events[1..]);
        }

        Assert.Equal(0, _budget.Held);
    }

    [Fact]
    public void GetReceiveBuffer_LyingLength_HoldsOnlyWhatArrived()
    {
        var reader = new FrameReader(_budget) { MaxMessageSize = 5 << 20 };
        var start = Frame.Of(Frame.Text, "little"u8, length: 5 << 20);
        reader.Received(start);
        Assert.Equal(FrameEvent.NeedMore, reader.Next());
        reader.GetReceiveBuffer();

        Assert.InRange(_budget.Held, 1, 128 * 1024);
        reader.Release();
        Assert.Equal(0, _budget.Held);
    }
}
