namespace CoralMux.ReferenceRelay.Telemetry;

/// <summary>Why a connection ended: the closed set that metrics and logs name, for all profiles.</summary>
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
