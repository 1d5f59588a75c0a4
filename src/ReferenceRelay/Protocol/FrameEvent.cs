namespace CoralMux.ReferenceRelay.Protocol;

/// <summary>What a <see cref="FrameReader"/> found next.</summary>
internal enum FrameEvent
{
    NeedMore,
    Message,
    Ping,
    Pong,
    Close,

    /// <summary>A message grew over the limit; said once, its rest is skipped.</summary>
    TooLarge,

    /// <summary>A further frame of a message already refused.</summary>
    StillTooLarge,

    /// <summary>The rules of RFC 6455 are broken; the reader cannot go on.</summary>
    Violation,
}
