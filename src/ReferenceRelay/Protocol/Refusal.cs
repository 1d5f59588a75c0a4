namespace CoralMux.ReferenceRelay.Protocol;

/// <summary>Why a message or a connection is refused: the code for programs, a sentence for people.</summary>
internal readonly record struct Refusal(ErrorCode Code, string Message, long RetryAfterMs = 0)
{
    public static readonly Refusal PeerOffline = new(ErrorCode.PeerOffline, "The other side is not connected; the message was not delivered.");
    public static readonly Refusal Unauthorized = new(ErrorCode.Unauthorized, "Unknown token or role.");
    public static readonly Refusal AuthExpected = new(ErrorCode.Unauthorized, "The first message must be auth with a token and a role.");
    public static readonly Refusal TokenDeleted = new(ErrorCode.Unauthorized, "The token was deleted.");
    public static readonly Refusal AlreadyAuthenticated = new(ErrorCode.InvalidMessage, "This connection is already authenticated.");
    public static readonly Refusal ReservedType = new(ErrorCode.InvalidMessage, "This type is reserved to the relay.");
    public static readonly Refusal UnknownType = new(ErrorCode.InvalidMessage, "The type belongs to no namespace of this protocol.");
    public static readonly Refusal AgentOnlyType = new(ErrorCode.InvalidMessage, "Only an agent may send this type.");

    public static Refusal Invalid(string problem) => new(ErrorCode.InvalidMessage, problem);

    public static Refusal TooLarge(long limit) => new(ErrorCode.MessageTooLarge, $"A message may have at most {limit} bytes.");

    public static Refusal RateLimited(long retryAfterMs) => new(ErrorCode.RateLimited, "Too many messages; wait before the next.", retryAfterMs);
}
