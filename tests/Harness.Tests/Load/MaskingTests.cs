using CoralMux.Harness.Load.Engine;

namespace CoralMux.Harness.Tests.Load;

public sealed class MaskingTests
{
    /// <summary>By any length and any offset into the frame: as RFC 6455 §5.3 has it, byte by byte.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(64)]
    [InlineData(1000)]
    public void Masking_AnyPartOfAFrame_IsWhatTheRfcSays(int length)
    {
        byte[] key = [0x12, 0xA4, 0x56, 0xF8];
        var number = BitConverter.ToUInt32(key);
        var payload = new byte[length];
        new Random(length).NextBytes(payload);
        for (var offset = 0; offset < 9; offset++)
        {
            var expected = payload.Select((one, i) => (byte)(one ^ key[(offset + i) % 4])).ToArray();
            var copy = new byte[length + 3];
            Masking.Copy(payload, copy, number, offset);
            var inPlace = payload.ToArray();
            Masking.Apply(inPlace, number, offset);
            Assert.Equal(expected, copy[..length]);
            Assert.Equal([0, 0, 0], copy[length..]);
            Assert.Equal(expected, inPlace);
        }
    }
}
