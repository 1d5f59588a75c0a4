using System.Text;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Tests.Wire;

public sealed class DeflateTests
{
    /// <summary>RFC 7692 §7.2.3.1: "Hello" in one block with fixed Huffman codes.</summary>
    [Fact]
    public void Inflate_OfTheRfcsExample_IsHello() =>
        Assert.Equal("Hello", Encoding.UTF8.GetString(Deflate.Inflate(Convert.FromHexString("F248CDC9C90700"))));

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(5_242_881)]
    public void Compress_Inflated_IsTheSameAgain(int length)
    {
        var message = new byte[length];
        new Random(length).NextBytes(message.AsSpan(0, Math.Min(length, 1000)));
        Assert.Equal(message, Deflate.Inflate(Deflate.Compress(message).Span));
    }

    [Fact]
    public void Inflate_WhatIsNoDeflate_Throws() =>
        Assert.Throws<InvalidDataException>(() => Deflate.Inflate(Convert.FromHexString("07FFFFFFFFFF")));

    /// <summary>RFC 7692 §7.2.3.6.</summary>
    [Fact]
    public void Compress_OfNothing_IsOneByte() => Assert.Equal(new byte[] { 0 }, Deflate.Compress(ReadOnlyMemory<byte>.Empty).ToArray());

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Inflate_BeyondTheLargest_IsABomb(int more, bool isBomb)
    {
        var compressed = Deflate.Compress(new byte[Deflate.LargestInflated + more]).ToArray();
        if (isBomb)
            Assert.Throws<InvalidDataException>(() => Deflate.Inflate(compressed));
        else
            Assert.Equal(Deflate.LargestInflated, Deflate.Inflate(compressed).Length);
    }

    [Theory]
    [InlineData(FrameReader.LargestBuffered)]
    [InlineData(FrameReader.LargestBuffered + 1)]
    [InlineData(5_242_880)]
    public async Task FrameReader_LargeFrameInPieces_IsWholeAndWhatFollowsIsRead(int length)
    {
        var payload = new byte[length];
        new Random(1).NextBytes(payload);
        var header = new byte[FrameHeader.MaximumSize];
        var size = new FrameHeader(Opcode.Text, (ulong)length, MaskKey: null).Write(header);
        byte[] wire = [.. header[..size], .. payload, 0x89, 0x01, 0x2A];
        using var reader = new FrameReader(new MemoryStream(wire[1000..]), wire.AsMemory(0, 1000));

        var large = (await reader.ReadAsync(TestContext.Current.CancellationToken))!.Value;
        Assert.True(large.Payload.Span.SequenceEqual(payload));
        var ping = (await reader.ReadAsync(TestContext.Current.CancellationToken))!.Value;
        Assert.Equal((Opcode.Ping, 42), (ping.Opcode, ping.Payload.Span[0]));
    }
}
