using System.Runtime.InteropServices;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Tests.Wire;

public sealed class FrameTests
{
    /// <summary>RFC 6455 §5.7: a single-frame masked text message, "Hello".</summary>
    [Fact]
    public void Header_OfTheRfcsExample_IsWrittenAsThere()
    {
        var bytes = new byte[FrameHeader.MaximumSize];
        var size = new FrameHeader(Opcode.Text, 5, 0x37FA213D).Write(bytes);
        var payload = "Hello"u8.ToArray();
        FrameHeader.ApplyMask(payload, 0x37FA213D);
        Assert.Equal("818537FA213D7F9F4D5158", Convert.ToHexString([.. bytes[..size], .. payload]));
    }

    [Theory]
    [InlineData(125, 0, "827D")]
    [InlineData(126, 0, "827E007E")]
    [InlineData(65535, 0, "827EFFFF")]
    [InlineData(65536, 0, "827F0000000000010000")]
    [InlineData(5, 2, "827E0005")]
    [InlineData(5, 8, "827F0000000000000005")]
    public void Header_OfALength_HasTheFormThatRfc6455Gives(ulong length, int form, string expected)
    {
        var bytes = new byte[FrameHeader.MaximumSize];
        var size = new FrameHeader(Opcode.Binary, length, MaskKey: null, LengthBytes: form).Write(bytes);
        Assert.Equal(expected, Convert.ToHexString(bytes.AsSpan(0, size)));
    }

    [Theory]
    [InlineData(true, 0, Opcode.Text, "8100")]
    [InlineData(false, 0, Opcode.Continuation, "0000")]
    [InlineData(true, 1, Opcode.Binary, "9200")]
    [InlineData(false, 4, Opcode.Text, "4100")]
    [InlineData(true, 7, (Opcode)15, "FF00")]
    public async Task FirstByte_OfAnyFrame_IsWrittenAndReadAsRfc6455HasIt(bool fin, int rsv, Opcode opcode, string expected)
    {
        var bytes = new byte[FrameHeader.MaximumSize];
        var size = new FrameHeader(opcode, 0, MaskKey: null, fin, rsv).Write(bytes);
        Assert.Equal(expected, Convert.ToHexString(bytes.AsSpan(0, size)));

        using var reader = new FrameReader(new MemoryStream(bytes[..size]), ReadOnlyMemory<byte>.Empty);
        var frame = (await reader.ReadAsync(TestContext.Current.CancellationToken))!.Value;
        Assert.Equal((fin, rsv, opcode), (frame.Fin, frame.Rsv, frame.Opcode));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(31)]
    [InlineData(64)]
    [InlineData(1001)]
    public void Mask_OfAnyLength_EqualsTheRfcsDefinition(int length)
    {
        const uint key = 0xA1B2C3D4;
        byte[] keyBytes = [0xA1, 0xB2, 0xC3, 0xD4];
        var payload = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
        var expected = payload.Select((b, i) => (byte)(b ^ keyBytes[i % 4])).ToArray();
        FrameHeader.ApplyMask(payload, key);
        Assert.Equal(expected, payload);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1 << 20)]
    public async Task Reader_OverAnyCutOfTheStream_SeesTheSameFrames(int chunk)
    {
        byte[] wire = [.. Frame(Opcode.Text, 5), .. Frame(Opcode.Ping, 0), .. Frame(Opcode.Binary, 300, 0xDEADBEEF), .. Frame(Opcode.Continuation, 70_000, 1)];
        using var reader = new FrameReader(new ChunkedStream(wire[1..], chunk), wire.AsMemory(0, 1));
        var seen = new List<(Opcode, int, bool, string)>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } frame)
            seen.Add((frame.Opcode, frame.Payload.Length, frame.Masked, Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(frame.Payload.Span))));

        Assert.Equal(
            [
                (Opcode.Text, 5, false, HashOf(5)), (Opcode.Ping, 0, false, HashOf(0)), (Opcode.Binary, 300, true, HashOf(300)),
                (Opcode.Continuation, 70_000, true, HashOf(70_000)),
            ],
            seen);
    }

    /// <summary>A relay may send much together with its handshake.</summary>
    [Fact]
    public async Task Reader_WithMuchReadAlready_SeesIt()
    {
        using var reader = new FrameReader(new MemoryStream(Frame(Opcode.Ping, 7)), Frame(Opcode.Text, 9_000));
        Assert.Equal(9_000, (await reader.ReadAsync(TestContext.Current.CancellationToken))!.Value.Payload.Length);
        Assert.Equal(7, (await reader.ReadAsync(TestContext.Current.CancellationToken))!.Value.Payload.Length);
    }

    [Fact]
    public async Task Reader_AtAnEndInsideAFrame_SaysHowFarItGot()
    {
        using var reader = new FrameReader(new MemoryStream([.. Frame(Opcode.Ping, 7), .. Frame(Opcode.Text, 5)[..4]]), ReadOnlyMemory<byte>.Empty);
        Assert.Equal(7, (await reader.ReadAsync(TestContext.Current.CancellationToken))!.Value.Payload.Length);
        var exception = await Assert.ThrowsAsync<EndOfStreamException>(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Contains("2 of 5", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reader_AtAnEndInsideALargeFrame_SaysHowFarItGot()
    {
        using var reader = new FrameReader(new MemoryStream(Frame(Opcode.Text, FrameReader.LargestBuffered + 1)[..^1]), ReadOnlyMemory<byte>.Empty);
        var exception = await Assert.ThrowsAsync<EndOfStreamException>(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"{FrameReader.LargestBuffered} of {FrameReader.LargestBuffered + 1}", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(13)]
    public async Task Reader_AtAnEndInsideAHeader_SaysSo(int length)
    {
        using var reader = new FrameReader(new MemoryStream(Frame(Opcode.Text, 70_000, 1)[..length]), ReadOnlyMemory<byte>.Empty);
        var exception = await Assert.ThrowsAsync<EndOfStreamException>(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Contains("inside a frame header", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>What the reader promises of a large payload: it is the caller's, whatever is read after it.</summary>
    [Theory]
    [InlineData(FrameReader.LargestBuffered, false)]
    [InlineData(FrameReader.LargestBuffered + 1, true)]
    public async Task Payload_OfALargeFrame_IsAnArrayOfItsOwn(int length, bool isOwn)
    {
        using var reader = new FrameReader(new MemoryStream(Frame(Opcode.Text, length)), ReadOnlyMemory<byte>.Empty);
        var frame = (await reader.ReadAsync(TestContext.Current.CancellationToken))!.Value;
        Assert.True(MemoryMarshal.TryGetArray(frame.Payload, out var array));
        Assert.Equal(isOwn, array.Array!.Length == length);
    }

    [Theory]
    [InlineData("827F0000000004000000", typeof(EndOfStreamException))]
    [InlineData("827F0000000004000001", typeof(InvalidDataException))]
    public async Task Reader_AroundTheLargestPayload_RefusesTheNextByte(string header, Type expected)
    {
        using var reader = new FrameReader(new MemoryStream(Convert.FromHexString(header)), ReadOnlyMemory<byte>.Empty);
        await Assert.ThrowsAsync(expected, async () => await reader.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Reader_OfALengthThatLies_RefusesBeforeItAllocates()
    {
        using var reader = new FrameReader(new MemoryStream(Convert.FromHexString("827F7FFFFFFFFFFFFFFF")), ReadOnlyMemory<byte>.Empty);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));
    }

    private static byte[] Content(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)i)];

    private static string HashOf(int length) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Content(length)));

    private static byte[] Frame(Opcode opcode, int length, uint? key = null)
    {
        var header = new byte[FrameHeader.MaximumSize];
        var size = new FrameHeader(opcode, (ulong)length, key).Write(header);
        var payload = Content(length);
        if (key is { } mask)
            FrameHeader.ApplyMask(payload, mask);
        return [.. header[..size], .. payload];
    }

    /// <summary>Gives at most so many bytes a read, as a slow network does.</summary>
    private sealed class ChunkedStream(byte[] content, int chunk) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}
