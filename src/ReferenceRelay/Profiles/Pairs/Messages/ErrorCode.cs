namespace CoralMux.ReferenceRelay.Profiles.Pairs.Messages;

/// <summary>The error codes of the protocol that a relay sends (ERR-01).</summary>
internal enum ErrorCode
{
    Unauthorized, // PAIR-27, PAIR-30, PAIR-75
    PeerOffline, // PAIR-55
    RateLimited, // LIM-02
    DailyQuotaExceeded, // LIM-18, LIM-20
    MonthlyQuotaExceeded, // LIM-19
    MessageTooLarge, // TRN-22
    InvalidMessage, // ENV-06
    BackendError, // ERR-16
}

internal static class ErrorCodes
{
    /// <summary>As on the wire.</summary>
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
