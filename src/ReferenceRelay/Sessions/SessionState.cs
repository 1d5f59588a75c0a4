namespace CoralMux.ReferenceRelay.Sessions;

internal enum SessionState
{
    Live,

    /// <summary>Taken out of the table; a newcomer gets a new one.</summary>
    Retired,

    /// <summary>The token is no more.</summary>
    Deleted,
}

internal enum JoinResult
{
    Joined,
    TryAgain,
    Deleted,
}

internal enum ForwardResult
{
    Forwarded,
    RateLimited,
    DailyQuota,
    MonthlyQuota,
    PeerOffline,

    /// <summary>Usage cannot be made durable, and the lease is used up.</summary>
    StoreUnavailable,

    /// <summary>Not decided: to be tried again when the store has answered.</summary>
    NeedsLease,

    /// <summary>The sender has been replaced or closed.</summary>
    NotMember,
}
