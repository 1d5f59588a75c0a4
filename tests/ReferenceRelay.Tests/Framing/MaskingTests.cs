using System.Buffers.Binary;
using CoralMux.ReferenceRelay.Framing;

namespace CoralMux.ReferenceRelay.Tests.Framing;

public sealed class MaskingTests
{
    [Fact]
    public void Apply_AnyLengthInAnyPieces_EqualsTheDefinition()
    {
        var random = new Random(7);
        byte[] keyBytes = [0x12, 0x9A, 0xF0, 0x03];
        for (var length = 0; length < 300; length++)
        {
            var plain = new byte[length];
            random.NextBytes(plain);
            byte[] expected = [.. plain.Select((b, i) => (byte)(b ^ keyBytes[i % 4]))];

            byte[] masked = [.. plain];
            var key = Masking.ReadKey(keyBytes);
            for (var at = 0; at < length;)
            {
                var piece = Math.Min(random.Next(1, 90), length - at);
                key = Masking.Apply(masked.AsSpan(at, piece), key);
                at += piece;
            }

            Assert.Equal(expected, masked);
        }
    }
}
