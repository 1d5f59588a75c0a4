using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CoralMux.Harness.Profiles.Pairs.Envelopes;

namespace CoralMux.Harness.Tests.Protocol;

public sealed class EndToEndEncryptionTests
{
    private const string File = "protocol.json";

    public static TheoryData<string> Exchanges => VectorFile.Ids(File, "exchanges");

    public static TheoryData<string> Messages => VectorFile.Ids(File, "messages");

    public static TheoryData<string> MustNotOpen => VectorFile.Ids(File, "mustNotOpen");

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void KeyExchange_Vector_GivesSecretAndKey(string id)
    {
        var vector = VectorFile.Find(File, id, "exchanges");
        var phone = KeyPair.FromPrivateKey(vector.Hex("phonePrivate"));
        var agent = KeyPair.FromPrivateKey(vector.Hex("agentPrivate"));
        Assert.Equal(vector.Hex("phonePublic"), phone.PublicKey);
        Assert.Equal(vector.GetProperty("agentPayload").GetProperty("pubkey").GetBytesFromBase64(), agent.PublicKey);
        var secret = agent.Agree(phone.PublicKey.Span);
        Assert.Equal(vector.Hex("sharedSecret"), secret);
        Assert.Equal(vector.Hex("key"), EndToEndEncryption.DeriveKey(secret));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Seal_Vector_GivesItsPayload(string id)
    {
        var vector = VectorFile.Find(File, id, "messages");
        using var encryption = KeyOf(vector);
        var payload = encryption.Seal(Encoding.UTF8.GetBytes(vector.Text("plaintext")), vector.Hex("nonce"));
        Assert.True(JsonElement.DeepEquals(vector.GetProperty("envelope").GetProperty("payload"), JsonElement.Parse(payload)));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void TryOpen_Vector_GivesItsPlaintext(string id)
    {
        var vector = VectorFile.Find(File, id, "messages");
        using var encryption = KeyOf(vector);
        Assert.True(encryption.TryOpen(Raw(vector.GetProperty("envelope").GetProperty("payload")), out var plaintext, out var problem), problem);
        Assert.Equal(vector.Text("plaintext"), Encoding.UTF8.GetString(plaintext));
    }

    [Theory]
    [MemberData(nameof(MustNotOpen))]
    public void TryOpen_VectorThatMustNotOpen_SaysWhy(string id)
    {
        var vector = VectorFile.Find(File, id, "mustNotOpen");
        using var encryption = KeyOf(vector);
        Assert.False(encryption.TryOpen(Raw(vector.GetProperty("payload")), out var plaintext, out var problem));
        Assert.Empty(plaintext);
        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"enc\":true}")]
    [InlineData("{\"enc\":true,\"ciphertext\":\"\\ud800\",\"nonce\":\"\"}")]
    public void TryOpen_NoEncryptedPayload_SaysWhy(string payload)
    {
        using var encryption = new EndToEndEncryption(new byte[EndToEndEncryption.KeySize]);
        Assert.False(encryption.TryOpen(Encoding.UTF8.GetBytes(payload), out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void Seal_ThenOpenAtTheOtherSide_GivesTheSameBytes()
    {
        var (phone, agent) = (KeyPair.Generate(), KeyPair.Generate());
        using var phoneSide = EndToEndEncryption.Between(phone, agent.PublicKey.Span);
        using var agentSide = EndToEndEncryption.Between(agent, phone.PublicKey.Span);
        var payload = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', 1_000_000)}}"}""");
        Assert.True(agentSide.TryOpen(phoneSide.Seal(payload), out var opened, out var problem), problem);
        Assert.Equal(payload, opened);
    }

    [Fact]
    public void Seal_ManyTimes_NeverRepeatsANonce()
    {
        using var encryption = new EndToEndEncryption(RandomNumberGenerator.GetBytes(EndToEndEncryption.KeySize));
        var nonces = Enumerable.Range(0, 10_000).Select(_ => JsonElement.Parse(encryption.Seal("{}"u8)).Text("nonce"));
        Assert.Equal(10_000, nonces.Distinct().Count());
    }

    [Fact]
    public void Seal_WithANonceJustUsed_IsRefused()
    {
        using var encryption = new EndToEndEncryption(new byte[EndToEndEncryption.KeySize]);
        var nonce = new byte[EndToEndEncryption.NonceSize];
        encryption.Seal("{}"u8, nonce);
        encryption.Seal("{}"u8);
        Assert.Throws<InvalidOperationException>(() => encryption.Seal("{}"u8, nonce));
    }

    [Fact]
    public void SealAndOpen_FromManyThreads_NeverMixUp()
    {
        using var encryption = new EndToEndEncryption(new byte[EndToEndEncryption.KeySize]);
        Parallel.For(0, 2000, number =>
        {
            var payload = Encoding.UTF8.GetBytes($$"""{"number":{{number}}}""");
            Assert.True(encryption.TryOpen(encryption.Seal(payload), out var opened, out _));
            Assert.Equal(payload, opened);
        });
    }

    private static EndToEndEncryption KeyOf(JsonElement vector) =>
        new(VectorFile.Find(File, vector.Text("exchange"), "exchanges").Hex("key"));

    private static byte[] Raw(JsonElement element) => Encoding.UTF8.GetBytes(element.GetRawText());
}
