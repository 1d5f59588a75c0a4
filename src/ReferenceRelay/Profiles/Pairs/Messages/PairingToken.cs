using System.Buffers;
using System.Security.Cryptography;
using CoralMux.ReferenceRelay.Storage;

namespace CoralMux.ReferenceRelay.Profiles.Pairs.Messages;

/// <summary>The form of a pairing token: <c>oc_pair_</c> and 32 lower-case hexadecimal digits (PAIR-02), compared exactly (PAIR-29).</summary>
internal static class PairingToken
{
    public const string Prefix = "oc_pair_";
    private const int RandomBytes = 16;
    private static readonly int Length = Prefix.Length + 2 * RandomBytes;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>A new token, from 128 random bits (PAIR-03).</summary>
    public static (string Token, TokenId Id) Create()
    {
        Span<byte> random = stackalloc byte[RandomBytes];
        RandomNumberGenerator.Fill(random);
        return (Prefix + Convert.ToHexStringLower(random), TokenId.Of(random));
    }

    /// <returns>False for anything that cannot be a token of this relay, and so is unknown.</returns>
    public static bool TryParse(ReadOnlySpan<char> token, out TokenId id)
    {
        id = default;
        if (token.Length != Length || !token.StartsWith(Prefix, StringComparison.Ordinal))
            return false;

        var hex = token[Prefix.Length..];
        if (hex.ContainsAnyExcept(HexDigits))
            return false;

        Span<byte> random = stackalloc byte[RandomBytes];
        Convert.FromHexString(hex, random, out _, out _);
        id = TokenId.Of(random);
        return true;
    }
}
