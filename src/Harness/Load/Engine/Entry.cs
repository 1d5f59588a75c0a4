namespace CoralMux.Harness.Load.Engine;

internal enum MessageKind : byte
{
    /// <summary>One way; nobody answers.</summary>
    Data,

    /// <summary>To be answered.</summary>
    Request,

    Reply,
    Token,

    /// <summary>The last token.</summary>
    Done,
}

internal enum EntryState : byte
{
    Waiting,
    Sent,
    Delivered,
    Refused,

    /// <summary>Its connection went away, or the run did: nothing is owed for it.</summary>
    Abandoned,
}

/// <summary>A message that is due, under way, or was just settled. Times are stopwatch ticks.</summary>
internal struct Entry
{
    public long Intended;
    public long SentAt;

    /// <summary>Of an answer: when the message it answers was due, and sent.</summary>
    public long OriginIntended;
    public long OriginSent;

    /// <summary>The payload as it stands on the wire, or null where the pattern fills it.</summary>
    public byte[]? Payload;
    public int Size;
    public MessageKind Kind;
    public EntryState State;

    /// <summary>It took a place in the window and has not given it back.</summary>
    public bool HoldsPlace;
}
