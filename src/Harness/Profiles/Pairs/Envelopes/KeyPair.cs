using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc7748;

namespace CoralMux.Harness.Profiles.Pairs.Envelopes;

/// <summary>An X25519 key pair (RFC 7748), as a peer makes one for each connection.</summary>
public sealed class KeyPair
{
    /// <summary>Bytes of a private key, a public key and a shared secret.</summary>
    public const int Size = 32;

    private readonly byte[] _privateKey;
    private readonly byte[] _publicKey = new byte[Size];

    private KeyPair(byte[] privateKey)
    {
        _privateKey = privateKey;
        X25519.ScalarMultBase(_privateKey, 0, _publicKey, 0);
    }

    /// <summary>The u-coordinate, 32 bytes: what <c>key_exchange</c> carries, base64.</summary>
    public ReadOnlyMemory<byte> PublicKey => _publicKey;

    /// <summary>A fresh pair from the system's random generator.</summary>
    public static KeyPair Generate() => new(RandomNumberGenerator.GetBytes(Size));

    /// <param name="privateKey">32 bytes; clamped as RFC 7748 section 5 says.</param>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static KeyPair FromPrivateKey(ReadOnlySpan<byte> privateKey) =>
        privateKey.Length == Size
            ? new(privateKey.ToArray())
            : throw new ArgumentException($"A private key has {Size} bytes, not {privateKey.Length}.", nameof(privateKey));

    /// <returns>The shared secret, 32 bytes.</returns>
    /// <exception cref="CryptographicException">
    /// The peer's key is not 32 bytes, or of low order, so that the secret would be all zero (RFC 7748 section 6.1).
    /// </exception>
    public byte[] Agree(ReadOnlySpan<byte> peerPublicKey)
    {
        if (peerPublicKey.Length != Size)
            throw new CryptographicException($"A public key has {Size} bytes, not {peerPublicKey.Length}.");
        var secret = new byte[Size];
        X25519.ScalarMult(_privateKey, 0, peerPublicKey.ToArray(), 0, secret, 0);
        return secret.AsSpan().ContainsAnyExcept((byte)0)
            ? secret
            : throw new CryptographicException("The peer's public key has low order: the shared secret would be all zero.");
    }
}
