namespace CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;

internal enum SessionState
{
    Live,

    /// <summary>Taken out of the table; the next connection starts a new one.</summary>
    Retired,

    /// <summary>The token was deleted.</summary>
    Deleted,
}

internal enum JoinResult
{
    Joined,
    TryAgain,
    Deleted,
}
