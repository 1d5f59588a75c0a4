using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace CoralMux.ReferenceRelay.Protocol;

/// <summary>
/// How the relay knows a token: 128 bits of its SHA-256. The token itself is never kept, stored or logged,
/// so neither a memory dump, a stolen database nor a log hands out a credential.
/// </summary>
internal readonly record struct TokenId(UInt128 Value)
{
    public const string Prefix = "oc_pair_";
    private const int RandomBytes = 16;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private const int TokenLength = 8 + 2 * RandomBytes;

    public static (string Token, TokenId Id) Create()
    {
        Span<byte> random = stackalloc byte[RandomBytes];
        RandomNumberGenerator.Fill(random);
        return (Prefix + Convert.ToHexStringLower(random), FromRandom(random));
    }

    /// <summary>False for anything that cannot be a token of this relay; it is then unknown by form.</summary>
    public static bool TryParse(ReadOnlySpan<char> token, out TokenId id)
    {
        id = default;
        if (token.Length != TokenLength || !token.StartsWith(Prefix, StringComparison.Ordinal))
            return false;

        var hex = token[Prefix.Length..];
        if (hex.ContainsAnyExcept(HexDigits))
            return false;

        Span<byte> random = stackalloc byte[RandomBytes];
        Convert.FromHexString(hex, random, out _, out _);
        id = FromRandom(random);
        return true;
    }

    public static TokenId FromBytes(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    public byte[] ToBytes()
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return bytes;
    }

    /// <summary>What a log shows: enough to follow one session, nothing to connect with.</summary>
    public override string ToString() =>
        "token#" + ((uint)(Value >> 96)).ToString("x8", CultureInfo.InvariantCulture);

    private static TokenId FromRandom(ReadOnlySpan<byte> random)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(random, hash);
        return FromBytes(hash[..16]);
    }
}
