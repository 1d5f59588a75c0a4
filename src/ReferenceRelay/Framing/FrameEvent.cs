namespace CoralMux.ReferenceRelay.Framing;

/// <summary>The next thing that a <see cref="FrameReader"/> found.</summary>
internal enum FrameEvent
{
    NeedMore,
    Message,
    Ping,
    Pong,
    Close,

    /// <summary>A message grew over the limit (TRN-21). Reported once; the rest of it is skipped.</summary>
    TooLarge,

    /// <summary>A further frame of a message that was already refused.</summary>
    StillTooLarge,

    /// <summary>A rule of RFC 6455 is broken (TRN-17); the reader cannot go on.</summary>
    Violation,
}
