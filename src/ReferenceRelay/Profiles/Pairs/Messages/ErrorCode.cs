namespace CoralMux.ReferenceRelay.Profiles.Pairs.Messages;

/// <summary>The error codes of the protocol that a relay sends (ERR-01).</summary>
internal enum ErrorCode
{
    /// <summary>PAIR-27, PAIR-30, PAIR-75.</summary>
    Unauthorized,

    /// <summary>PAIR-55.</summary>
    PeerOffline,

    /// <summary>LIM-02.</summary>
    RateLimited,

    /// <summary>LIM-18, LIM-20.</summary>
    DailyQuotaExceeded,

    /// <summary>LIM-19.</summary>
    MonthlyQuotaExceeded,

    /// <summary>TRN-22.</summary>
    MessageTooLarge,

    /// <summary>ENV-06.</summary>
    InvalidMessage,

    /// <summary>ERR-16.</summary>
    BackendError,
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
