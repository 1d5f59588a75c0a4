using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace CoralMux.ReferenceRelay.Storage;

/// <summary>How the relay knows a token: 128 bits of the SHA-256 of its secret. The token itself is never kept, stored or logged, so neither a memory
/// dump, a stolen database nor a log reveals a credential (SEC-02).</summary>
internal readonly record struct TokenId(UInt128 Value)
{
    /// <summary>Of the secret part of a token.</summary>
    public static TokenId Of(ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(secret, hash);
        return FromBytes(hash[..16]);
    }

    /// <summary>Of the 16 bytes that <see cref="ToBytes"/> gave.</summary>
    public static TokenId FromBytes(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    public byte[] ToBytes()
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return bytes;
    }

    /// <summary>As a log shows it: enough to follow one session, nothing to connect with.</summary>
    public override string ToString() =>
        "token#" + ((uint)(Value >> 96)).ToString("x8", CultureInfo.InvariantCulture);
}
