namespace CoralMux.Harness.Load.Engine;

internal enum MessageKind : byte
{
    /// <summary>One way, without an answer.</summary>
    Data,

    /// <summary>Needs an answer.</summary>
    Request,

    /// <summary>The whole answer.</summary>
    Reply,

    /// <summary>A part of an answer.</summary>
    Part,

    /// <summary>The last part of an answer.</summary>
    LastPart,
}

internal enum EntryState : byte
{
    Waiting,
    Sent,
    Delivered,
    Refused,

    /// <summary>Its connection or the run ended: the relay need not deliver it.</summary>
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

    public MessageContent Content;

    /// <summary>The payload as it is on the wire, or null where the content's pattern fills it.</summary>
    public byte[]? Payload;
    public int Size;
    public MessageKind Kind;
    public EntryState State;

    /// <summary>It took a place in the window and has not given it back.</summary>
    public bool HoldsPlace;
}
