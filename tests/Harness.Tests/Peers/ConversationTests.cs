using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Peers;

namespace CoralMux.Harness.Tests.Peers;

/// <summary>What each program says and reads once keys are there, and before (chapter 6, section 5.5).</summary>
public sealed class ConversationTests
{
    private static readonly string[] WholeAnswer = ["chat.tool_status", "chat.stream", "chat.stream", "chat.stream", "chat.done"];

    private readonly ConformingPhone _phone = new(OtherSide.Envelopes);
    private readonly ConformingAgent _agent = new(OtherSide.Envelopes);
    private readonly DeployedAgent _deployed = new(OtherSide.Envelopes);

    /// <summary>KEX-22, KEX-26, KEX-27.</summary>
    [Fact]
    public void Ask_BeforeTheKeyIsThere_WaitsForIt()
    {
        var other = new OtherSide(_phone);
        other.AcceptsIt(paired: true);
        Assert.Empty(_phone.Ask("Why?"));
        var question = Assert.Single(other.SendsItsKey());
        Assert.Equal("""{"text":"Why?"}""", other.Open(question));
        Assert.Empty(_phone.Record.InTheClear);
    }

    /// <summary>CHAT-16: sealed under the key of an agent that has a new one by now, once; an old phone takes it for the end of the answer.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ask_AnsweredDecryptionFailedAfterANewKey_AsksAgainOnce(bool deployed)
    {
        var phone = deployed ? new DeployedPhone(OtherSide.Envelopes) : _phone;
        var other = new OtherSide(phone);
        other.Meets();
        IReadOnlyList<Envelope> Complaint(Envelope about) => other.Says("chat.error", $$"""{"code":"DECRYPTION_FAILED","message":"","ref":"{{about.Id}}"}""");
        var question = Assert.Single(phone.Ask("Why?"));
        other.SendsANewKey();

        var again = Complaint(question);
        if (deployed)
        {
            Assert.Empty(again);
        }
        else
        {
            Assert.Equal("""{"text":"Why?"}""", other.Open(Assert.Single(again)));
            Assert.Empty(phone.Answers);
            other.SendsANewKey();
            Assert.Empty(Complaint(again[0]));
        }

        Assert.Null(Assert.Single(phone.Answers).Text);
    }

    /// <summary>CHAT-05, CHAT-06, KEX-22, KEX-23: text is sealed, the rest is plain.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Answer_OfAnAgent_IsNumberedPartsAndTheWholeText(bool deployed)
    {
        var agent = deployed ? _deployed : _agent;
        var other = new OtherSide(agent);
        other.Meets();
        var sent = other.SaysSealed("chat.send", """{"text":"Why?"}""");

        Assert.Equal(WholeAnswer, OtherSide.Types(sent));
        Assert.Null(other.Open(sent[0]));
        Assert.Equal("""{"delta":"part 3 ","seq":3}""", other.Open(sent[3]));
        Assert.Equal($$"""{"full_text":"{{ConformingAgent.AnswerTo("Why?")}}"}""", other.Open(sent[4]));
        Assert.Equal("""{"agents":[{"id":"weather","name":"Weather"}]}""", OtherPayload(other.Says("agent.list", "{}")));
    }

    /// <summary>CHAT-15: it goes on with the next part under the newcomer's key, and not before it has it.</summary>
    [Fact]
    public void Answer_WhosePhoneIsReplaced_GoesOnUnderTheNewKey()
    {
        var other = new OtherSide(_agent);
        other.Meets();
        _agent.StopAfter(1);
        Assert.Equal(2, other.SaysSealed("chat.send", """{"text":"Why?"}""").Count);
        Assert.True(_agent.IsStopped);
        Assert.Equal(["key_exchange"], OtherSide.Types(other.IsOnline()));
        Assert.Empty(_agent.Resume());

        var sent = other.SendsANewKey();
        Assert.Equal(WholeAnswer[2..], OtherSide.Types(sent));
        Assert.Equal("""{"delta":"part 2 ","seq":2}""", other.Open(sent[0]));
        Assert.NotNull(other.Open(sent[^1]));
    }

    /// <summary>It waits for nothing: under the former key where it has one, in the clear where it never had one.</summary>
    [Fact]
    public void Answer_OfADeployedAgent_GoesOnUnderTheFormerKeyOrInTheClear()
    {
        var other = new OtherSide(_deployed);
        other.AcceptsIt(paired: true);
        other.SendsItsKey();
        var plain = other.Says("chat.send", """{"text":"Why?"}""");
        Assert.Equal(WholeAnswer, OtherSide.Types(plain));
        Assert.Equal(WholeAnswer[1..], _deployed.Record.InTheClear);

        other.IsOnline();
        other.SendsItsKey();
        _deployed.StopAfter(1);
        other.SaysSealed("chat.send", """{"text":"Why?"}""");
        var former = other.Key;
        other.IsOnline();
        var rest = _deployed.Resume();
        Assert.NotNull(other.Open(rest[^1], former));
        Assert.Equal(WholeAnswer[1..], _deployed.Record.InTheClear);
    }

    /// <summary>CHAT-07: also where a part is missing.</summary>
    [Fact]
    public void Answer_InParts_IsReadInTheOrderOfSeq()
    {
        var other = new OtherSide(_phone);
        other.Meets();
        _phone.Ask("Why?");
        other.SaysSealed("chat.stream", """{"delta":"c","seq":4}""");
        other.SaysSealed("chat.stream", """{"delta":"a","seq":1}""");
        other.SaysSealed("chat.done", """{"full_text":"abc"}""");

        var answer = Assert.Single(_phone.Answers);
        Assert.Equal("abc", answer.Text);
        Assert.Equal([(1L, "a"), (4L, "c")], answer.Parts);
    }

    /// <summary>CHAT-07: <c>chat.done</c> on the next connection ends the answer to the question of the one before.</summary>
    [Fact]
    public void Answer_OnTheNextConnection_IsRead()
    {
        var other = new OtherSide(_phone);
        other.Meets();
        _phone.Ask("Why?");
        other = new OtherSide(_phone);
        other.Meets(programIsFirst: false);
        other.SaysSealed("chat.done", """{"full_text":"So."}""");
        Assert.Equal("So.", Assert.Single(_phone.Answers).Text);
    }

    /// <summary>CHAT-11.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(null, false)]
    public void Answer_ThatEndsInAnError_EndsWhereTheErrorIsAboutTheQuestion(bool? namesIt, bool ends)
    {
        var other = new OtherSide(_phone);
        other.Meets();
        var question = Assert.Single(_phone.Ask("Why?"));
        var about = namesIt switch { true => $",\"ref\":\"{question.Id}\"", false => "", null => ",\"ref\":\"another\"" };
        other.Says("chat.error", $$"""{"code":"BACKEND_ERROR","message":"no"{{about}}}""");
        Assert.Equal(ends ? 1 : 0, _phone.Answers.Count);
        Assert.All(_phone.Answers, answer => Assert.Equal("BACKEND_ERROR", answer.End.Code));
    }

    /// <summary>KEX-25.</summary>
    [Fact]
    public void Text_InTheClearWhileAKeyIsThere_IsDiscarded()
    {
        var other = new OtherSide(_phone);
        other.Meets();
        _phone.Ask("Why?");
        Assert.Empty(other.Says("chat.done", """{"full_text":"slipped in"}"""));
        Assert.Empty(_phone.Answers);
        Assert.Single(_phone.Record.Discarded);
    }

    private static string OtherPayload(IReadOnlyList<Profiles.Pairs.Envelopes.Envelope> sent)
    {
        Assert.Equal("agent.list.result", Assert.Single(sent).Type);
        return $$"""{"agents":{{OtherSide.Member(sent[0], "agents").GetRawText()}}}""";
    }
}
