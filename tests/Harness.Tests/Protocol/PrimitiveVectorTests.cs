using System.Security.Cryptography;
using CoralMux.Harness.Profiles.Pairs.Envelopes;

namespace CoralMux.Harness.Tests.Protocol;

public sealed class PrimitiveVectorTests
{
    public static TheoryData<string> Multiplications => VectorFile.Ids("x25519.json", "scalarMultiplication");

    public static TheoryData<string> LowOrder => VectorFile.Ids("x25519.json", "mustReject", "publicKeys");

    public static TheoryData<string> Hkdf => VectorFile.Ids("hkdf-sha256.json", "vectors");

    public static TheoryData<string> Gcm => VectorFile.Ids("aes-256-gcm.json", "vectors");

    [Theory]
    [MemberData(nameof(Multiplications))]
    public void Agree_Rfc7748Multiplication_GivesItsResult(string id)
    {
        var vector = VectorFile.Find("x25519.json", id, "scalarMultiplication");
        Assert.Equal(vector.Hex("result"), KeyPair.FromPrivateKey(vector.Hex("scalar")).Agree(vector.Hex("u")));
    }

    [Fact]
    public void Agree_Rfc7748Iterated_GivesItsResults()
    {
        var vector = VectorFile.Read("x25519.json").GetProperty("iterated");
        var expected = vector.GetProperty("after").EnumerateArray().ToDictionary(v => v.GetProperty("iterations").GetInt32(), v => v.Hex("result"));
        var (scalar, u) = (vector.Hex("start"), vector.Hex("start"));
        for (var i = 1; i <= expected.Keys.Max(); i++)
        {
            (scalar, u) = (KeyPair.FromPrivateKey(scalar).Agree(u), scalar);
            if (expected.TryGetValue(i, out var result))
                Assert.Equal(result, scalar);
        }
        Assert.Equal([1, 1000], expected.Keys.Order());
    }

    [Fact]
    public void Agree_Rfc7748Section61_GivesItsKeys()
    {
        var vector = VectorFile.Find("x25519.json", "6.1", "agreement");
        var alice = KeyPair.FromPrivateKey(vector.Hex("alicePrivate"));
        var bob = KeyPair.FromPrivateKey(vector.Hex("bobPrivate"));
        Assert.Equal(vector.Hex("alicePublic"), alice.PublicKey);
        Assert.Equal(vector.Hex("bobPublic"), bob.PublicKey);
        Assert.Equal(vector.Hex("sharedSecret"), alice.Agree(bob.PublicKey.Span));
        Assert.Equal(vector.Hex("sharedSecret"), bob.Agree(alice.PublicKey.Span));
    }

    [Theory]
    [MemberData(nameof(LowOrder))]
    public void Agree_LowOrderPublicKey_IsRejected(string id)
    {
        var publicKey = VectorFile.Find("x25519.json", id, "mustReject", "publicKeys").Hex("public");
        Assert.Throws<CryptographicException>(() => KeyPair.Generate().Agree(publicKey));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Agree_PublicKeyOfAnotherLength_IsRejected(int length) =>
        Assert.Throws<CryptographicException>(() => KeyPair.Generate().Agree(new byte[length]));

    [Theory]
    [MemberData(nameof(Hkdf))]
    public void Hkdf_Rfc5869_GivesPrkAndOkm(string id)
    {
        var vector = VectorFile.Find("hkdf-sha256.json", id, "vectors");
        var prk = HKDF.Extract(HashAlgorithmName.SHA256, vector.Hex("ikm"), vector.Hex("salt"));
        Assert.Equal(vector.Hex("prk"), prk);
        Assert.Equal(vector.Hex("okm"), HKDF.Expand(HashAlgorithmName.SHA256, prk, vector.GetProperty("length").GetInt32(), vector.Hex("info")));
    }

    [Theory]
    [MemberData(nameof(Gcm))]
    public void AesGcm_McGrewViega_GivesCiphertextAndTag(string id)
    {
        var vector = VectorFile.Find("aes-256-gcm.json", id, "vectors");
        using var aes = new AesGcm(vector.Hex("key"), EndToEndEncryption.TagSize);
        var ciphertext = new byte[vector.Hex("plaintext").Length];
        var tag = new byte[EndToEndEncryption.TagSize];
        aes.Encrypt(vector.Hex("nonce"), vector.Hex("plaintext"), ciphertext, tag, vector.Hex("aad"));
        Assert.Equal(vector.Hex("ciphertext"), ciphertext);
        Assert.Equal(vector.Hex("tag"), tag);
    }
}
