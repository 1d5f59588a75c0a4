namespace CoralMux.Harness.Tests.Protocol.Generated;

/// <summary>The payloads and envelopes of the protocol, by schema name.</summary>
internal static class PayloadShapes
{
    private static readonly Text Text = new();
    private static readonly Whole Count = new(0);
    private static readonly Whole Positive = new(1);
    private static readonly Members Nothing = new();
    private static readonly Real Percent = new(0, 100);
    private static readonly Real Amount = new(0);

    /// <summary>A month of 31 days, and a second for rounding.</summary>
    private const long LongestWait = (31L * 24 * 60 * 60 + 1) * 1000;

    private static readonly Member[] AgentMembers =
        [May("description", Text), May("avatar_url", Text), May("model", Text), May("system_prompt", Text), May("temperature", new Real())];

    private static readonly Members Agent = new([Must("id", Text), Must("name", Text), .. AgentMembers]);

    private static readonly Members GroupMessage =
        new(Must("id", Text), Must("sender_id", Text), Must("sender_name", Text), Must("content", Text), Must("timestamp", Count));

    private static readonly Members Hit = new(Must("path", Text), Must("snippet", Text), Must("score", new Real()));

    private static readonly Members Block = new(Must("type", Text), Must("text", Text));

    private static readonly Member[] Attachment = [Must("type", Text), Must("mime_type", Text)];

    public static IReadOnlyDictionary<string, Shape> All { get; } = Payloads().Concat(Envelopes()).ToDictionary();

    private static Member Must(string name, Shape shape) => new(name, shape);

    private static Member May(string name, Shape shape) => new(name, shape, Required: false);

    private static Members Error(long leastWait, params string[] codes)
    {
        var wait = new Whole(leastWait, LongestWait);
        return new(Must("code", new Choice(codes)), Must("message", Text), new("retry_after_ms", wait, Required: leastWait > 0), May("ref", Text));
    }

    private static Members Wait(params string[] codes) => Error(1, codes);

    private static OneOf RelayErrors() => new(
        Wait("RATE_LIMITED", "DAILY_QUOTA_EXCEEDED", "MONTHLY_QUOTA_EXCEEDED"),
        Error(0, "UNAUTHORIZED", "PEER_OFFLINE", "MESSAGE_TOO_LARGE", "INVALID_MESSAGE", "BACKEND_ERROR"));

    private static Dictionary<string, Shape> ToRelayAndBack() => new()
    {
        ["auth"] = new Members(Must("token", new Token()), Must("role", new Choice("phone", "agent"))),
        ["auth.ok"] = new Members(Must("paired", new Flag()), May("daily_quota_bytes", Count), May("daily_used_bytes", Count)),
        ["auth.fail"] = new OneOf(Wait("RATE_LIMITED"), Error(0, "UNAUTHORIZED", "INVALID_MESSAGE", "MESSAGE_TOO_LARGE")),
        ["status"] = new Members(Must("peer", new Choice("online", "offline"))),
        ["ping"] = Nothing,
        ["pong"] = Nothing with { Closed = true },
        ["key_exchange"] = new Members(Must("pubkey", new Base64(32, 32)), May("opens", new ListOf(new TypeName(new Choice("agent.*", "memory.search"))))),
    };

    private static Dictionary<string, Shape> BetweenPeers() => new()
    {
        ["chat.send"] = new Members(
            Must("text", Text), May("agent_id", Text), May("model", Text), May("options", Nothing),
            May("attachments", new ListOf(new Members(Must("type", Text), Must("mime_type", Text), Must("content_b64", new Base64(0, 200))))),
            May("conversation", new ListOf(new Members(Must("role", Text), Must("content", Text))))),
        ["chat.stream"] = new Members(Must("delta", Text), Must("seq", Positive)),
        ["chat.done"] = new Members(
            Must("full_text", Text),
            May("usage", new Members(Must("prompt_tokens", Count), Must("completion_tokens", Count))),
            May("attachments", new ListOf(
                new OneOf(new Members([.. Attachment, Must("url", Text)]), new Members([.. Attachment, Must("content_b64", Text)]))))),
        ["chat.error"] = Error(0, "BACKEND_ERROR", "DECRYPTION_FAILED", "GROUP_SEND_FAILED", "RATE_LIMITED"),
        ["chat.tool_status"] = new Members(Must("tool", Text), Must("status", Text)),
        ["chat.history"] = new Members(Must("agent_id", Text), Must("limit", Positive)),
        ["chat.history.result"] = new Members(
            Must("messages", new ListOf(new Members(Must("role", Text), Must("content", new TextOrList(Block)), Must("timestamp", Count))))),
        ["agent.list"] = Nothing,
        ["agent.create"] = new Members([Must("name", Text), .. AgentMembers]),
        ["agent.update"] = new Members([Must("id", Text), May("name", Text), .. AgentMembers]),
        ["agent.delete"] = new Members(Must("id", Text)),
        ["agent.list.result"] = new Members(Must("agents", new ListOf(Agent))),
        ["agent.result"] = new Members(Must("ok", new Flag()), Must("action", Text), May("agent", Agent), May("error", Text)),
        ["group.list"] = Nothing,
        ["group.messages"] = new Members(Must("room_id", Text), May("before", Count), May("limit", Positive)),
        ["group.send"] = new Members(Must("room_id", Text), Must("text", Text)),
        ["group.list.result"] = new Members(Must("rooms", new ListOf(new Members(
            Must("id", Text), Must("name", Text), Must("participants", new ListOf(Text)), May("last_message", Text), May("last_message_at", Count))))),
        ["group.messages.result"] = new Members(Must("room_id", Text), Must("messages", new ListOf(GroupMessage))),
        ["group.message"] = new Members(Must("room_id", Text), Must("message", GroupMessage)),
        ["memory.search"] = new Members(Must("agent_id", Text), Must("query", Text), Must("limit", Positive)),
        ["memory.search.result"] = new OneOf(new Members(Must("results", new ListOf(Hit))), new Members(Must("memories", new ListOf(Hit)))),
        ["system.status"] = Nothing,
        ["system.status.result"] = new Members(
            May("cpu_percent", Percent), May("memory_percent", Percent), May("memory_used_gb", Amount), May("memory_total_gb", Amount),
            May("gpu_percent", Percent with { OrNull = true }), May("uptime_seconds", Amount)),
        ["file"] = Nothing,
    };

    private static IEnumerable<KeyValuePair<string, Shape>> Payloads() =>
        ToRelayAndBack().Select(type => KeyValuePair.Create("messages/" + type.Key, type.Value)).Concat(
            BetweenPeers().Select(type => KeyValuePair.Create("messages/" + type.Key, (Shape)new OneOf(new Encrypted(), Plain(type.Value)))));

    private static Shape Plain(Shape shape) => shape switch
    {
        OneOf choice => new OneOf([.. choice.Alternatives.Select(Plain)]),
        Members members => new Members([.. members.All, May("enc", new PlainMark())]),
        _ => shape,
    };

    private static IEnumerable<KeyValuePair<string, Shape>> Envelopes()
    {
        var relay = ToRelayAndBack().Where(type => type.Key is not ("auth" or "key_exchange")).ToDictionary();
        relay["chat.error"] = RelayErrors();
        var milliseconds = new Whole(1_000_000_000_000, 99_999_999_999_999);
        return relay.Select(type => KeyValuePair.Create("relay/" + type.Key, (Shape)Envelope(new Choice(type.Key), milliseconds, type.Value)))
            .Append(KeyValuePair.Create("envelope", (Shape)Envelope(new Choice("chat.send", "chat.x-1", "file.a_b.c", "auth"), Count, Nothing, anyType: true)));
    }

    private static Members Envelope(Choice type, Whole ts, Shape payload, bool anyType = false) =>
        new(Must("v", new Whole(1, 1)), Must("type", anyType ? new TypeName(type) : type), Must("id", new UuidV4()), Must("ts", ts), Must("payload", payload));
}
