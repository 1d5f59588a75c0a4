using CoralMux.Harness.Basics;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;

namespace CoralMux.Harness.Profiles.Pairs.Peers;

/// <summary>
/// An agent as chapters 5 and 6 have it. It answers each <c>chat.send</c>, one after the other (CHAT-08), with a
/// <c>chat.tool_status</c>, numbered parts (CHAT-05, CHAT-10) and <c>chat.done</c> (CHAT-06). Where a newcomer's key is not there yet
/// it waits, and goes on with the next part (CHAT-15). It sends too little to meet a rate (CHAT-13, CHAT-14).
/// </summary>
public class ConformingAgent(EnvelopeFactory envelopes) : PeerProgram(envelopes)
{
    /// <summary>Of each answer.</summary>
    public const int Parts = 3;

    /// <summary>Messages of one answer: <c>chat.tool_status</c>, the parts, <c>chat.done</c>.</summary>
    public const int MessagesOfAnAnswer = Parts + 2;

    private static readonly string[] Requests =
        ["agent.list", "chat.history", "group.list", "group.messages", "memory.search", "system.status"];

    private readonly Queue<string> _questions = new();
    private int? _stopsAfter;
    private int _sent; // parts of the answer to the first question

    /// <summary>Whether it stopped in the middle of an answer.</summary>
    public bool IsStopped => _questions.Count > 0 && _sent == _stopsAfter;

    /// <summary>The whole text of the answer to a question.</summary>
    public static string AnswerTo(string question) => $"An answer to: {question}";

    /// <summary>From now on it stops in the middle of an answer, after so many parts.</summary>
    /// <returns>What the agent sends now: nothing.</returns>
    public IReadOnlyList<Envelope> StopAfter(int parts)
    {
        _stopsAfter = parts;
        return GoOn();
    }

    /// <summary>It goes on with the answer that it stopped, and stops no more.</summary>
    /// <returns>What the agent sends now.</returns>
    public IReadOnlyList<Envelope> Resume()
    {
        _stopsAfter = null;
        return GoOn();
    }

    /// <inheritdoc/>
    public override void Begin()
    {
        base.Begin();
        _questions.Clear();
        _sent = 0;
    }

    protected override void Speak()
    {
        while (MaySpeak && !IsStopped && _questions.TryPeek(out var question))
        {
            if (_sent == 0)
                Send("chat.tool_status", SamplePayloads.For("chat.tool_status"));
            if (_sent < Parts)
            {
                SendText("chat.stream", $$"""{"delta":"part {{++_sent}} ","seq":{{_sent}}}""");
                continue;
            }

            SendText("chat.done", $$"""{"full_text":{{Json.Quote(AnswerTo(question))}}}""");
            _questions.Dequeue();
            _sent = 0;
        }
    }

    protected override void TakeText(ReceivedMessage text)
    {
        if (text.Type == "chat.send")
            _questions.Enqueue(Text(text, "text") ?? "");
    }

    /// <summary>Results go in the clear: no phone here said that it opens them (KEX-23).</summary>
    protected override void TakeOther(ReceivedMessage message)
    {
        if (Requests.Contains(message.Type))
            Send($"{message.Type}.result", SamplePayloads.For($"{message.Type}.result"));
    }
}
