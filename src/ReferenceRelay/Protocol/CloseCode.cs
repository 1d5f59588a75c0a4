namespace CoralMux.ReferenceRelay.Protocol;

/// <summary>
/// Every close code this relay sends (RFC 6455 §7.4.1; 4000–4999 are the application's).
/// "Again" says whether a client should reconnect by itself.
/// </summary>
internal enum CloseCode : ushort
{
    /// <summary>The client closed first, with no code of its own. Again: as it likes.</summary>
    Normal = 1000,

    /// <summary>The relay shuts down, or the client was silent for too long. Again: yes, after a pause.</summary>
    GoingAway = 1001,

    /// <summary>Broken framing. Again: yes, after a pause; it is a fault of the client.</summary>
    ProtocolError = 1002,

    /// <summary>A text message that is no UTF-8. Again: yes, but not that message.</summary>
    InvalidData = 1007,

    /// <summary>Not authenticated, or deleted token. Again: not after UNAUTHORIZED; otherwise after a pause.</summary>
    PolicyViolation = 1008,

    /// <summary>A message far over the limit. Again: yes, with smaller messages.</summary>
    MessageTooBig = 1009,

    /// <summary>A reader that takes nothing, or no memory for its message. Again: yes, after a pause.</summary>
    TryAgainLater = 1013,

    /// <summary>A newer connection of the same token and role took over. Again: no, or the two will fight.</summary>
    Replaced = 4409,
}
