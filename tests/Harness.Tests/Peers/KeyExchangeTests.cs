using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Peers;

namespace CoralMux.Harness.Tests.Peers;

/// <summary>When each program sends its key, and what it does with the keys of the other (sections 5.2 and 5.4).</summary>
public sealed class KeyExchangeTests
{
    private const string AnyKey = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";

    /// <summary>KEX-07, KEX-08; a deployed agent sends its key at <c>status</c> <c>online</c> only.</summary>
    [Theory]
    [InlineData("conforming phone", 1, 1)]
    [InlineData("conforming agent", 1, 1)]
    [InlineData("deployed phone", 1, 1)]
    [InlineData("deployed agent", 0, 1)]
    public void Key_OfAProgram_IsSentWhenTheOtherIsThereOrComes(string program, int whenMet, int whenOnline)
    {
        var other = new OtherSide(Create(program));
        Assert.Empty(other.AcceptsIt(paired: false));
        Assert.Equal(whenOnline, other.IsOnline().Count(envelope => envelope.Type == "key_exchange"));
        other = new OtherSide(Create(program));
        Assert.Equal(whenMet, other.AcceptsIt(paired: true).Count(envelope => envelope.Type == "key_exchange"));
    }

    /// <summary>KEX-09; a deployed agent makes a new pair at each <c>online</c> too.</summary>
    [Theory]
    [InlineData("conforming phone", true)]
    [InlineData("conforming agent", true)]
    [InlineData("deployed phone", true)]
    [InlineData("deployed agent", false)]
    public void Key_OfAProgram_IsNewForEachConnection(string name, bool keptAtOnline)
    {
        var program = Create(name);
        var other = new OtherSide(program);
        other.IsOnline();
        var first = other.ProgramsKey;
        other.IsOnline();
        Assert.Equal(keptAtOnline, other.ProgramsKey == first);

        program.Begin();
        other.IsOnline();
        Assert.NotEqual(first, other.ProgramsKey);
    }

    /// <summary>KEX-11: only one that differs, without a <c>status</c> in between.</summary>
    [Theory]
    [InlineData("conforming phone", true)]
    [InlineData("conforming agent", true)]
    [InlineData("deployed phone", false)]
    [InlineData("deployed agent", false)]
    public void Key_OfTheOtherThatChanged_IsAnsweredWithItsOwn(string program, bool answers)
    {
        var other = new OtherSide(Create(program));
        other.Meets();
        Assert.Empty(other.SendsItsKey());
        Assert.Equal(answers ? ["key_exchange"] : [], OtherSide.Types(other.SendsANewKey()));
        other.IsOnline();
        Assert.Empty(other.SendsANewKey());
    }

    /// <summary>KEX-13, KEX-30, KEX-31: the complaint names the <c>key_exchange</c>, and no key is left.</summary>
    [Theory]
    [InlineData("not base64")]
    [InlineData("hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTg==")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("\\ud800")]
    [InlineData("its own")]
    public void Key_ThatIsBad_IsRejectedAndTheFormerForgotten(string key)
    {
        var program = Create("conforming phone");
        var other = new OtherSide(program);
        other.Meets();
        Assert.True(program.MaySpeak);

        var complaint = Assert.Single(other.SendsAsKey(key == "its own" ? other.ProgramsKey! : key));
        Assert.Equal("DECRYPTION_FAILED", OtherSide.Member(complaint, "code").GetString());
        Assert.Equal(other.LastId, OtherSide.Member(complaint, "ref").GetString());
        Assert.False(program.MaySpeak);
        Assert.Empty(other.SendsAsKey(AnyKey));
        Assert.True(program.MaySpeak);
    }

    /// <summary>KEX-10, KEX-26: none after <c>offline</c>, and the newcomer's after <c>online</c>.</summary>
    [Theory]
    [InlineData("conforming phone", true)]
    [InlineData("conforming agent", true)]
    [InlineData("deployed phone", true)]
    [InlineData("deployed agent", false)]
    public void Program_WhoseOtherLeftOrWasReplaced_WaitsForAKey(string name, bool waits)
    {
        var program = Create(name);
        var other = new OtherSide(program);
        other.Meets();
        other.IsOnline();
        Assert.Equal(!waits, program.MaySpeak);
        other.SendsANewKey();
        Assert.True(program.MaySpeak);
        other.IsOffline();
        Assert.Equal(!waits, program.MaySpeak);
    }

    /// <summary>KEX-29: once for each key; one that is older than this specification, for each payload.</summary>
    [Theory]
    [InlineData("conforming phone", false)]
    [InlineData("conforming agent", false)]
    [InlineData("deployed phone", true)]
    [InlineData("deployed agent", true)]
    public void Payload_ThatDoesNotOpen_IsComplainedAboutOnceForEachKey(string name, bool ofEach)
    {
        var program = Create(name);
        var other = new OtherSide(program);
        var wrong = EndToEndEncryption.Between(KeyPair.Generate(), Convert.FromBase64String(AnyKey));
        IReadOnlyList<Envelope> Hear() => other.SaysSealed("chat.send", """{"text":"?"}""", wrong);
        other.Meets();

        var first = Assert.Single(Hear());
        Assert.Equal("DECRYPTION_FAILED", OtherSide.Member(first, "code").GetString());
        Assert.Equal(other.LastId, OtherSide.Member(first, "ref").GetString());
        Assert.Equal(ofEach ? 1 : 0, Hear().Count);
        other.IsOnline();
        other.SendsANewKey();
        Assert.Single(Hear());
        Assert.Equal(3, program.Record.Unreadable.Count);
    }

    internal static PeerProgram Create(string name) => name switch
    {
        "conforming phone" => new ConformingPhone(OtherSide.Envelopes),
        "deployed phone" => new DeployedPhone(OtherSide.Envelopes),
        "conforming agent" => new ConformingAgent(OtherSide.Envelopes),
        _ => new DeployedAgent(OtherSide.Envelopes),
    };
}
