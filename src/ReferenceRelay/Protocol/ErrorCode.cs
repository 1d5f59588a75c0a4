namespace CoralMux.ReferenceRelay.Protocol;

/// <summary>The error codes of the protocol that a relay sends; the wire name is in <see cref="ErrorCodes.Name"/>.</summary>
internal enum ErrorCode
{
    Unauthorized,
    PeerOffline,
    RateLimited,
    DailyQuotaExceeded,
    MonthlyQuotaExceeded,
    MessageTooLarge,
    InvalidMessage,
    BackendError,
}

internal static class ErrorCodes
{
    public static readonly ErrorCode[] All = Enum.GetValues<ErrorCode>();

    public static string Name(this ErrorCode code) => code switch
    {
        ErrorCode.Unauthorized => "UNAUTHORIZED",
        ErrorCode.PeerOffline => "PEER_OFFLINE",
        ErrorCode.RateLimited => "RATE_LIMITED",
        ErrorCode.DailyQuotaExceeded => "DAILY_QUOTA_EXCEEDED",
        ErrorCode.MonthlyQuotaExceeded => "MONTHLY_QUOTA_EXCEEDED",
        ErrorCode.MessageTooLarge => "MESSAGE_TOO_LARGE",
        ErrorCode.InvalidMessage => "INVALID_MESSAGE",
        ErrorCode.BackendError => "BACKEND_ERROR",
        _ => throw new ArgumentOutOfRangeException(nameof(code)),
    };
}
