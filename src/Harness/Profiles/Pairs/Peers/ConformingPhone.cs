using CoralMux.Harness.Basics;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;

namespace CoralMux.Harness.Profiles.Pairs.Peers;

/// <summary>How an answer ended.</summary>
/// <param name="Text">The whole text (CHAT-06), or null where an error ended it (CHAT-11).</param>
/// <param name="Parts">Number and text of the parts that the phone read, in the order of <c>seq</c> (CHAT-07).</param>
/// <param name="End">The message that ended it.</param>
public sealed record PhoneAnswer(string? Text, IReadOnlyList<(long Seq, string Delta)> Parts, ReceivedMessage End);

/// <summary>
/// A phone as chapters 5 and 6 have it. It waits for the agent's key before it asks, and for an answer also on its next
/// connection. A phone that never gets the key waits for ever: whoever runs it decides when it reconnects (KEX-28).
/// </summary>
public class ConformingPhone(EnvelopeFactory envelopes) : PeerProgram(envelopes)
{
    private readonly LinkedList<(string Question, bool IsAgain)> _toAsk = new();
    private readonly SortedDictionary<long, string> _parts = [];
    private readonly List<PhoneAnswer> _answers = [];
    private (string Id, string Question, int Keys, bool IsAgain)? _asked; // the question that has no answer yet

    /// <summary>All answers that ended.</summary>
    public IReadOnlyList<PhoneAnswer> Answers => _answers;

    /// <summary>How many parts of the answer that is under way it has read.</summary>
    public int PartsRead => _parts.Count;

    /// <summary>Whether it asks once more what did not open because the agent's key changed (CHAT-16).</summary>
    protected virtual bool AsksAgain => true;

    /// <summary>Asks as soon as it may, one question after the other.</summary>
    /// <returns>What the phone sends now.</returns>
    public IReadOnlyList<Envelope> Ask(string question)
    {
        _toAsk.AddLast((question, false));
        return GoOn();
    }

    protected override void Speak()
    {
        if (!MaySpeak || _asked is not null || _toAsk.First is not { Value: var next })
            return;
        _toAsk.RemoveFirst();
        _parts.Clear();
        _asked = (SendText("chat.send", $$"""{"text":{{Json.Quote(next.Question)}}}"""), next.Question, KeysAccepted, next.IsAgain);
    }

    protected override void TakeText(ReceivedMessage text)
    {
        if (text.Type == "chat.stream" && text.Number("seq") is { } seq)
            _parts[seq] = Text(text, "delta") ?? "";
        else if (text.Type == "chat.done")
            End(Text(text, "full_text"), text);
    }

    protected override void TakeOther(ReceivedMessage message)
    {
        if (message.Type != "chat.error" || (Text(message, "ref") is { } about && about != _asked?.Id))
            return;
        if (AsksAgain && Text(message, "code") == "DECRYPTION_FAILED" && _asked is { IsAgain: false } asked && KeysAccepted > asked.Keys)
        {
            _asked = null;
            _toAsk.AddFirst((asked.Question, true));
        }
        else
        {
            End(null, message);
        }
    }

    private void End(string? text, ReceivedMessage message)
    {
        if (_asked is null)
            return;
        _asked = null;
        _answers.Add(new PhoneAnswer(text, [.. _parts.Select(part => (part.Key, part.Value))], message));
    }
}
