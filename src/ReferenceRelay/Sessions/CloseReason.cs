namespace CoralMux.ReferenceRelay.Sessions;

/// <summary>Why a connection ended: the closed set that metrics and logs name.</summary>
internal enum CloseReason
{
    ClientClosed,
    ConnectionLost,
    ProtocolError,
    AuthFailed,
    AuthTimeout,
    Replaced,
    Idle,
    Stalled,
    TooLarge,
    Overload,
    TokenDeleted,
    Shutdown,
    InternalError,
}
