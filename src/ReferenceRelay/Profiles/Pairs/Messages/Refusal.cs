namespace CoralMux.ReferenceRelay.Profiles.Pairs.Messages;

/// <summary>Why a message or a connection is refused: the code for programs, a sentence for people (ERR-01). The sentences are constant but for
/// numbers, so no secret is in them (ERR-08).</summary>
/// <param name="RetryAfterMs">In milliseconds; 0 when waiting does not help.</param>
internal readonly record struct Refusal(ErrorCode Code, string Message, long RetryAfterMs = 0)
{
    public static readonly Refusal PeerOffline = new(ErrorCode.PeerOffline, "The other side is not connected; the message was not delivered."); // PAIR-55
    public static readonly Refusal Unauthorized = new(ErrorCode.Unauthorized, "Unknown token or role."); // PAIR-27
    public static readonly Refusal AuthExpected = new(ErrorCode.Unauthorized, "The first message must be auth with a token and a role."); // PAIR-30
    public static readonly Refusal TokenDeleted = new(ErrorCode.Unauthorized, "The token was deleted."); // PAIR-75
    public static readonly Refusal AlreadyAuthenticated = new(ErrorCode.InvalidMessage, "This connection is already authenticated."); // PAIR-38
    public static readonly Refusal ReservedType = new(ErrorCode.InvalidMessage, "This type is reserved for the relay."); // ENV-25, ENV-26, ENV-27
    public static readonly Refusal UnknownType = new(ErrorCode.InvalidMessage, "The type belongs to no namespace of this protocol."); // ENV-23, ENV-24
    public static readonly Refusal AgentOnlyType = new(ErrorCode.InvalidMessage, "Only an agent may send this type."); // PAIR-58

    /// <summary>LIM-33. The wait keeps the connection open (ERR-16).</summary>
    public static readonly Refusal StoreUnavailable = new(ErrorCode.BackendError, "The relay cannot record usage at the moment.", 1000);

    /// <summary>ENV-06, ENV-07, ENV-08, ENV-09, ENV-10, ENV-19, PAIR-31.</summary>
    public static Refusal Invalid(string problem) => new(ErrorCode.InvalidMessage, problem);

    /// <summary>TRN-22, TRN-23.</summary>
    public static Refusal TooLarge(long limit) => new(ErrorCode.MessageTooLarge, $"A message may have at most {limit} bytes.");

    /// <summary>LIM-02, ERR-07.</summary>
    public static Refusal RateLimited(long retryAfterMs) =>
        new(ErrorCode.RateLimited, "Too many messages; wait before the next.", retryAfterMs);

    /// <summary>LIM-18, LIM-23.</summary>
    public static Refusal DailyQuotaExceeded(long retryAfterMs) =>
        new(ErrorCode.DailyQuotaExceeded, "The quota of this token for today is used up.", retryAfterMs);

    /// <summary>LIM-19, LIM-23.</summary>
    public static Refusal MonthlyQuotaExceeded(long retryAfterMs) =>
        new(ErrorCode.MonthlyQuotaExceeded, "The quota of this token for this month is used up.", retryAfterMs);
}
