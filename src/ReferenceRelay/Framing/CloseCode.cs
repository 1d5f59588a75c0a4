namespace CoralMux.ReferenceRelay.Framing;

/// <summary>The close codes of RFC 6455 §7.4.1 that this relay sends (ERR-11, ERR-12). 4000–4999 belong to the profiles. "Again" says whether a
/// client should reconnect by itself.</summary>
internal enum CloseCode : ushort
{
    /// <summary>The client closed first and gave no code. Again: as it likes.</summary>
    Normal = 1000,

    /// <summary>The relay shuts down (TRN-26), or the client was silent for too long (KEEP-03). Again: yes, after a pause.</summary>
    GoingAway = 1001,

    /// <summary>Broken framing (TRN-17). Again: yes, after a pause; it is a fault of the client.</summary>
    ProtocolError = 1002,

    /// <summary>A text message that is not UTF-8 (TRN-15). Again: yes, but not with that message.</summary>
    InvalidData = 1007,

    /// <summary>Not authenticated (PAIR-27, PAIR-34), or token deleted (PAIR-75). Again: not after UNAUTHORIZED; otherwise after a pause.</summary>
    PolicyViolation = 1008,

    /// <summary>A message far over the limit (TRN-22, PAIR-67). Again: yes, with smaller messages.</summary>
    MessageTooBig = 1009,

    /// <summary>A reader that takes nothing (PAIR-68), or no memory for its message (ERR-20). Again: yes, after a pause.</summary>
    TryAgainLater = 1013,
}
