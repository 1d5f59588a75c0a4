using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Forecasting;
using CoralMux.Harness.Profiles.Pairs.Peers;
using CoralMux.Harness.Profiles.Pairs.Worlds;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>A phone and an agent that do by themselves what deployed or conforming peers do, with the relay in between.</summary>
[Binding]
public sealed class InteropSteps(World world)
{
    private PlayedPair? _pair;

    [StepWords("generation")]
    public static Words<Generation> Generations { get; } = new(("deployed", Generation.Deployed), ("conforming", Generation.Conforming));

    [StepWords("return")]
    public static Words<bool> ClosesFirst { get; } = new(("reconnects", true), ("connects beside its old connection", false));

    private PlayedPair Pair => _pair ?? throw new InvalidOperationException("No phone and agent of a generation have met before.");

    [When("a {generation} agent meets a {generation} phone")]
    [Costs(nameof(CostOfKeys))]
    public Task Meets(Generation agent, Generation phone)
    {
        _pair = new PlayedPair(
            world,
            phone == Generation.Deployed ? new DeployedPhone(world.Envelopes) : new ConformingPhone(world.Envelopes),
            agent == Generation.Deployed ? new DeployedAgent(world.Envelopes) : new ConformingAgent(world.Envelopes));
        return _pair.MeetAsync();
    }

    [When("{peer} {return}")]
    [Costs(nameof(CostOfKeys))]
    public Task Returns(PeerName peer, bool closesFirst) => Pair.ReturnAsync(peer.Role, closesFirst);

    /// <summary>It waits with its question until it may ask.</summary>
    [When("the phone asks the agent")]
    [Costs(nameof(CostOfAnAnswer))]
    public Task Asks() => Pair.AskAsync();

    [When("the phone asks the agent, who stops in the middle of the answer")]
    [Costs(nameof(CostOfAnAnswer))]
    public Task AsksAndIsHalfAnswered() => Pair.AskAndStopAsync();

    [When("the agent goes on with its answer")]
    public Task GoesOn() => Pair.ResumeAsync();

    [Then("the phone reads the answer")]
    public Task ReadsTheAnswer() => Pair.ReadAsync();

    [Then("the phone reads the answer to its next question")]
    [Costs(nameof(CostOfAnAnswer))]
    public async Task ReadsTheNextAnswer()
    {
        await Pair.AskAsync();
        await Pair.ReadAsync();
    }

    /// <summary>No <c>chat.send</c>, <c>chat.stream</c> or <c>chat.done</c>.</summary>
    [Then("no chat text was sent in the clear")]
    public void NoChatTextInTheClear()
    {
        if (Pair.InTheClear is [var first, ..])
            throw new ExpectationException("all chat text is sealed", $"{first} was in the clear");
    }

    private static StepCost CostOfKeys() => new((PeerName.Phone, 1), (PeerName.Agent, 1));

    private static StepCost CostOfAnAnswer() => new((PeerName.Phone, 1), (PeerName.Agent, ConformingAgent.MessagesOfAnAnswer));

    /// <summary>Whether a peer is older than this specification.</summary>
    public enum Generation { Deployed, Conforming }
}
