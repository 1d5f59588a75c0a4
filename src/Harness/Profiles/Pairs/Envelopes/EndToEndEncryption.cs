using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;

namespace CoralMux.Harness.Profiles.Pairs.Envelopes;

/// <summary>
/// The encryption between two peers under one key: HKDF-SHA256 (RFC 5869) of the X25519 secret, then AES-256-GCM
/// (NIST SP 800-38D), chapter KEX of the specification. Both directions share the key. Safe to call from any thread.
/// </summary>
public sealed class EndToEndEncryption : IDisposable
{
    /// <summary>Bytes of the AES key.</summary>
    public const int KeySize = 32;

    /// <summary>Bytes of a nonce.</summary>
    public const int NonceSize = 12;

    /// <summary>Bytes of the tag, which follows the ciphertext.</summary>
    public const int TagSize = 16;

    /// <summary>A random generator that repeats itself does so soon; more would cost memory for each of many pairs.</summary>
    private const int RememberedNonces = 64;

    /// <summary>SP 800-38D section 8.3: with random nonces no key seals more than this.</summary>
    private const long MaxSeals = 1L << 32;

    private readonly Lock _lock = new();
    private readonly AesGcm _aes;                                          // guarded by _lock
    private readonly UInt128[] _recentNonces = new UInt128[RememberedNonces]; // guarded by _lock
    private long _seals;                                                   // guarded by _lock

    /// <param name="key">32 bytes.</param>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public EndToEndEncryption(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeySize)
            throw new ArgumentException($"A key has {KeySize} bytes, not {key.Length}.", nameof(key));
        _aes = new AesGcm(key, TagSize);
    }

    /// <param name="own">This side's key pair.</param>
    /// <param name="peerPublicKey">32 bytes, from the peer's <c>key_exchange</c>.</param>
    /// <exception cref="CryptographicException">The peer's key is malformed or of low order.</exception>
    public static EndToEndEncryption Between(KeyPair own, ReadOnlySpan<byte> peerPublicKey) => new(DeriveKey(own.Agree(peerPublicKey)));

    /// <param name="sharedSecret">32 bytes, from X25519.</param>
    /// <returns>The AES key, 32 bytes.</returns>
    public static byte[] DeriveKey(ReadOnlySpan<byte> sharedSecret)
    {
        var key = new byte[KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, sharedSecret, key, "openclaw-relay-e2e-v1"u8, "chat-encryption"u8);
        return key;
    }

    /// <param name="payload">The payload object as UTF-8 JSON. Not checked, so that a test can seal nonsense.</param>
    /// <returns><c>{"enc":true,"ciphertext":…,"nonce":…}</c> as UTF-8 JSON, under a fresh random nonce.</returns>
    /// <exception cref="InvalidOperationException">The random generator repeated a nonce, or the key is used up.</exception>
    public byte[] Seal(ReadOnlySpan<byte> payload) => Seal(payload, RandomNumberGenerator.GetBytes(NonceSize));

    /// <param name="payload">The payload object as UTF-8 JSON.</param>
    /// <param name="nonce">12 bytes; for known-answer vectors. One that was just used is refused.</param>
    /// <returns><c>{"enc":true,"ciphertext":…,"nonce":…}</c> as UTF-8 JSON.</returns>
    /// <exception cref="ArgumentException">The nonce is not 12 bytes.</exception>
    /// <exception cref="InvalidOperationException">The nonce was used before, or the key is used up.</exception>
    public byte[] Seal(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> nonce)
    {
        if (nonce.Length != NonceSize)
            throw new ArgumentException($"A nonce has {NonceSize} bytes, not {nonce.Length}.", nameof(nonce));
        var result = new byte[payload.Length + TagSize];
        lock (_lock)
        {
            Spend(nonce);
            _aes.Encrypt(nonce, payload, result.AsSpan(0, payload.Length), result.AsSpan(payload.Length));
        }
        return new EncryptedPayload(result, nonce.ToArray()).Write();
    }

    /// <param name="payload">What came as <c>payload</c>, UTF-8 JSON.</param>
    /// <param name="plaintext">The payload object that was sealed, as UTF-8 JSON; empty on failure.</param>
    /// <param name="problem">Why it does not open, for people; empty on success. The answer is <c>DECRYPTION_FAILED</c>.</param>
    public bool TryOpen(ReadOnlyMemory<byte> payload, out byte[] plaintext, out string problem)
    {
        plaintext = [];
        if (EncryptedPayload.Read(payload, out problem) is not { } box)
            return false;
        problem = box.Nonce.Length != NonceSize ? $"The nonce has {box.Nonce.Length} bytes instead of {NonceSize}."
            : box.Ciphertext.Length < TagSize ? $"The ciphertext has {box.Ciphertext.Length} bytes, less than its tag."
            : "";
        if (problem.Length > 0)
            return false;
        var opened = new byte[box.Ciphertext.Length - TagSize];
        try
        {
            lock (_lock)
                _aes.Decrypt(box.Nonce, box.Ciphertext.AsSpan(0, opened.Length), box.Ciphertext.AsSpan(opened.Length), opened);
        }
        catch (AuthenticationTagMismatchException)
        {
            problem = "The tag does not match: another key, or changed on the way.";
            return false;
        }
        if (!IsObject(opened))
        {
            problem = "It opens, but what was sealed is no JSON object.";
            return false;
        }
        plaintext = opened;
        return true;
    }

    public void Dispose() => _aes.Dispose();

    private void Spend(ReadOnlySpan<byte> nonce)
    {
        var number = new UInt128(BinaryPrimitives.ReadUInt32BigEndian(nonce), BinaryPrimitives.ReadUInt64BigEndian(nonce[4..]));
        var remembered = (int)Math.Min(_seals, RememberedNonces);
        if (_recentNonces.AsSpan(0, remembered).Contains(number))
            throw new InvalidOperationException("This nonce was used with this key already; a second use would give the key away.");
        if (_seals >= MaxSeals)
            throw new InvalidOperationException($"This key has sealed {MaxSeals} messages, the most that is safe with random nonces.");
        _recentNonces[_seals++ % RememberedNonces] = number;
    }

    private static bool IsObject(byte[] utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 512 });
            return document.RootElement.ValueKind == JsonValueKind.Object && Utf8.IsValid(utf8);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
