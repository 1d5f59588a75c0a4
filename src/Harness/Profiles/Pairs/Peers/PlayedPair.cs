using CoralMux.Harness.Evidence;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;

namespace CoralMux.Harness.Profiles.Pairs.Peers;

/// <summary>A phone and an agent of which the harness plays both: what they do to each other through the relay, and what must come of it.</summary>
public sealed class PlayedPair
{
    private readonly PlayedPeer _playedPhone;
    private readonly PlayedPeer _playedAgent;
    private string _question = "";
    private int _asked;
    private int _keysBefore; // that the agent had accepted when it stopped

    public PlayedPair(World world, ConformingPhone phone, ConformingAgent agent)
    {
        (Phone, Agent) = (phone, agent);
        _playedPhone = new PlayedPeer(world, PeerName.Phone, phone);
        _playedAgent = new PlayedPeer(world, PeerName.Agent, agent);
    }

    public ConformingPhone Phone { get; }

    public ConformingAgent Agent { get; }

    /// <summary>The agent is there first, as agents are. Each has the other's key when this is over: a deployed agent makes a new one for a phone that
    /// returns, and its former one, still under way, would reach the newcomer too.</summary>
    public async Task MeetAsync()
    {
        await _playedAgent.ConnectAsync();
        await _playedPhone.ConnectAsync();
        await _playedPhone.UntilAsync(() => Phone.KeysAccepted > 0, "the phone receives the agent's key");
        await _playedAgent.UntilAsync(() => Agent.KeysAccepted > 0, "the agent receives the phone's key");
    }

    /// <summary>A side connects again. Where it is the agent, the phone has learned of it when this is over.</summary>
    /// <param name="closesFirst">The former connection; otherwise the relay replaces it.</param>
    public async Task ReturnAsync(Role role, bool closesFirst)
    {
        var side = role == Role.Phone ? _playedPhone : _playedAgent;
        var before = _playedPhone.Look(() => Phone.Arrivals);
        await (closesFirst ? side.ReconnectAsync() : side.ConnectAsync());
        if (role == Role.Agent)
            await _playedPhone.UntilAsync(() => Phone.Arrivals > before, "the phone receives status online");
    }

    /// <summary>The phone asks as soon as it may.</summary>
    public Task AskAsync()
    {
        _question = $"question {++_asked}";
        return _playedPhone.DoAsync(() => Phone.Ask(_question));
    }

    /// <summary>The phone asks, and the agent stops in the middle of its answer. What it sent so far is read when this is over: a part still under way
    /// could reach a newcomer, who cannot open it.</summary>
    public async Task AskAndStopAsync()
    {
        await _playedAgent.DoAsync(() => Agent.StopAfter(1));
        await AskAsync();
        await _playedAgent.UntilAsync(() => Agent.IsStopped, "the agent receives a question that it can open");
        await _playedPhone.UntilAsync(() => Phone.PartsRead > 0, "the phone receives the first part of the answer");
        _keysBefore = _playedAgent.Look(() => Agent.KeysAccepted);
    }

    /// <summary>Once the newcomers' keys are there, the agent goes on with the answer that it stopped.</summary>
    public async Task ResumeAsync()
    {
        await _playedPhone.UntilAsync(() => Phone.MaySpeak, "the phone receives the agent's key");
        await _playedAgent.UntilAsync(() => Agent.KeysAccepted > _keysBefore, "the agent receives the phone's key");
        await _playedAgent.DoAsync(Agent.Resume);
    }

    /// <summary>The phone reads the answer to its last question.</summary>
    /// <exception cref="ExpectationException">It cannot read it, or none comes.</exception>
    public async Task ReadAsync()
    {
        Sentence expected = $"the phone reads the agent's answer to its {_question}";
        await _playedPhone.UntilAsync(() => Phone.Answers.Count >= _asked, expected);
        var answer = _playedPhone.Look(() => Phone.Answers[^1]);
        if (answer.Text != ConformingAgent.AnswerTo(_question))
            throw new ExpectationException(expected, $"the phone received {answer.End}");
    }

    /// <summary>What either side sent in the clear that was to be sealed: side and type.</summary>
    public IReadOnlyList<string> InTheClear =>
    [
        .. _playedPhone.Look(() => Phone.Record.InTheClear.Select(type => $"the phone's {type}").ToList()),
        .. _playedAgent.Look(() => Agent.Record.InTheClear.Select(type => $"the agent's {type}").ToList()),
    ];
}
