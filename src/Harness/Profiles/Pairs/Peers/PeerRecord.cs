using CoralMux.Harness.Messages;

namespace CoralMux.Harness.Profiles.Pairs.Peers;

/// <summary>What a program of a peer said that it should not have said, and what it could not read, on all its connections.</summary>
public sealed class PeerRecord
{
    private readonly List<string> _inTheClear = [];
    private readonly List<ReceivedMessage> _unreadable = [];
    private readonly List<ReceivedMessage> _discarded = [];

    /// <summary>Types of the chat messages that it sent in the clear.</summary>
    public IReadOnlyList<string> InTheClear => _inTheClear;

    /// <summary>Sealed messages that it received and could not open.</summary>
    public IReadOnlyList<ReceivedMessage> Unreadable => _unreadable;

    /// <summary>Plain chat messages that it received while it held a key (KEX-25).</summary>
    public IReadOnlyList<ReceivedMessage> Discarded => _discarded;

    internal void NoteInTheClear(string type) => _inTheClear.Add(type);

    internal void NoteUnreadable(ReceivedMessage message) => _unreadable.Add(message);

    internal void NoteDiscarded(ReceivedMessage message) => _discarded.Add(message);
}
