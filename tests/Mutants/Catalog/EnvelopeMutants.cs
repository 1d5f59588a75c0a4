using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CoralMux.Mutants.Sabotage;

namespace CoralMux.Mutants.Catalog;

/// <summary>Chapter 3.</summary>
internal static partial class EnvelopeMutants
{
    private static readonly string[] Known = ["chat.send", "chat.done", "chat.stream", "chat.error", "chat.history", "agent.list", "group.send",
        "memory.search", "system.status", "file.chunk", "key_exchange"];

    private static readonly string[] Members = ["v", "type", "id", "ts", "payload"];

    public static IEnumerable<Mutant> All { get; } =
    [
        new("null-pong", "ENV-02", "The payload of pong is null.", "what-the-relay-itself-sends", "pong that is valid.*/payload: must be an object")
            { Orders = s => s.EditDown((_, m) => m.Type == "pong", json => json["payload"] = null) },
        new("ts-in-seconds", "ENV-02", "The relay's ts is a text.", "what-the-relay-itself-sends", "status is valid.*/ts: must be an integer")
            { Orders = s => s.EditDown((_, m) => m.Type == "status", json => json["ts"] = json["ts"]!.ToString()) },
        new("status-without-id", "ENV-02", "status has no id.", "what-the-relay-itself-sends", "status is valid.*/id: is missing")
            { Orders = s => s.EditDown((_, m) => m.Type == "status", json => json.Remove("id")) },
        new("pong-takes-the-id-of-its-ping", "ENV-03", "Every pong has the same id.", "an-id-of-its-own", "an id of its own")
            { Orders = s => s.EditDown((_, m) => m.Type == "pong", json => json["id"] = "5b6f2a44-3c1e-4f0a-9a55-0c7d3c4f1a11") },
        new("tells-the-weather", "ENV-04", "The relay sends a type of its own, relay.stats, now and then.", "originates-its-own-types-only", "relay\\.stats")
            {
                Orders = s => s.OnDown((link, m) => m.IsForwarded && s.Count($"to {link.Number}") == 5, async (link, m) =>
                {
                    await link.ToClientAsync(m);
                    await link.ToClientAsync(Link.Envelope("relay.stats", """{"messages":5}"""));
                }),
            },

        new("comments-are-json", "ENV-06", "Comments in JSON are accepted.", "json-with-a-comment", "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((_, m) => m.Text.Contains("/*", StringComparison.Ordinal)) },
        new("trailing-commas-are-json", "ENV-06", "A trailing comma is accepted.", "a-trailing-comma", "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((_, m) => m.Text.Contains(",}", StringComparison.Ordinal)) },
        new("first-json-only", "ENV-06", "Only the first JSON text of a message is looked at.", "json-with-more-behind-it",
            "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((_, m) => m.Text.EndsWith("} {}", StringComparison.Ordinal)) },
        new("nan-is-json", "ENV-06", "NaN is accepted as a number.", "a-lone-nan", "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((_, m) => m.Text.Contains("NaN", StringComparison.Ordinal)) },
        new("no-json-is-dropped", "ENV-06", "What is no JSON is dropped without a word.", "text-that-is-no-json", "INVALID_MESSAGE.*no such message")
            { Orders = s => s.DropUp((_, m) => m.Text == "hello") },
        new("empty-is-nothing", "ENV-06", "The empty message is skipped.", "the-empty-message", "INVALID_MESSAGE.*no such message")
            { Orders = s => s.DropUp((_, m) => m.Bytes.Length == 0) },
        new("arrays-are-batches", "ENV-07", "A JSON array is taken for a batch of envelopes and ignored.", "a-json-array",
            "INVALID_MESSAGE.*no such message")
            { Orders = s => s.DropUp((_, m) => m.Bytes is [(byte)'[', ..]) },
        new("null-closes", "ENV-07", "The JSON text null closes the connection.", "a-json-null", "INVALID_MESSAGE.*ended")
            { Orders = s => s.OnUp((_, m) => m.Text == "null", (link, _) => link.CloseAsync(1008)) },
        new("no-type-is-dropped", "ENV-08", "An envelope without type is dropped without a word.", "with-no-type", "INVALID_MESSAGE.*no such message")
            { Orders = s => s.DropUp((_, m) => m.Json is { } json && !json.ContainsKey("type")) },
        new("type-is-a-number", "ENV-08", "A type that is no string is forwarded.", "a-number-as-its-type", "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((_, m) => m.Text.Contains("\"type\":7", StringComparison.Ordinal)) },
        new("null-payload-passes", "ENV-09", "A null payload is forwarded.", "null-as-its-payload", "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((_, m) => m.Text.EndsWith("\"payload\":null}", StringComparison.Ordinal)) },
        new("no-payload-passes", "ENV-09", "An envelope without payload is forwarded.", "with-no-payload", "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((_, m) => m.Type == "chat.send" && !m.Json!.ContainsKey("payload")) },
        new("text-payload-passes", "ENV-09", "A payload that is JSON in a string is forwarded.", "text-as-its-payload",
            "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((_, m) => m.Text.Contains("\"payload\":\"", StringComparison.Ordinal)) },
        new("any-v", "ENV-10", "v is not looked at.", "of-version-2", "INVALID_MESSAGE.*no such message")
            { Orders = s => s.OnUp((_, m) => m.Json is { } json && json["v"]?.ToString() == "2",
                (link, m) => link.ToRelayAsync(m.With(json => json["v"] = 1))) },
        new("v-as-text", "ENV-10", "v may be a text.", "of-version-1", "INVALID_MESSAGE.*no such message")
            { Orders = s => s.OnUp((_, m) => m.Text.Contains("\"v\":\"1\"", StringComparison.Ordinal),
                (link, m) => link.ToRelayAsync(m.With(json => json["v"] = 1))) },
        new("no-id-no-answer", "ENV-11", "An envelope without id is dropped without a word.", "without-id-may-be-accepted", "receives.*no such message")
            { Orders = s => s.DropUp((_, m) => m.Type == "chat.send" && m.Id is null) },
        new("stale-is-refused", "ENV-12", "An envelope whose ts is far from the relay's clock is refused.", "the-epoch",
            "the agent receives.*no such message")
            { Orders = s => s.RefuseUp((_, m) => m.Json?["ts"]?.ToString() is "0" or "-1" or "9999999999999", "INVALID_MESSAGE") },
        new("ids-are-remembered", "ENV-12", "A second envelope with the same id is dropped as a repetition.", "the-same-id-a-second-time",
            "the agent receives.*no such message")
            { Orders = s => s.DropUp((_, m) => m.Type == "chat.send" && m.Id is { } id && s.Count("id " + id) > 1) },

        new("one-in-eight-lost", "ENV-33", "Every eighth message of a connection is lost.", "all-that-both-sides-send", "byte for byte|what its peer sent")
            { Orders = s => s.DropUp((link, m) => m.IsForwarded && s.Count($"from {link.Number}") % 8 == 0) },
        new("written-anew", "ENV-13", "What is forwarded is parsed and written anew.", "forwarded-byte-for-byte", "byte for byte.*received chat\\.")
            { Orders = s => s.OnUp((_, m) => m.IsForwarded, (link, m) => link.ToRelayAsync(m.With(_ => { }))) },
        new("white-space-trimmed", "ENV-13", "White space around the envelope is cut off.", "white-space-around", "byte for byte.*received chat\\.")
            { Orders = s => s.OnUp((_, m) => m.Bytes is [(byte)'\n', ..], (link, m) => link.ToRelayAsync(Message.Of(m.Text.Trim()))) },
        new("members-in-order", "ENV-13", "The members are put into the order of the specification.", "byte-for-byte-members-in-another-order",
            "byte for byte.*received chat\\.")
            {
                Orders = s => s.OnUp((_, m) => m.IsForwarded && m.Text.StartsWith("{\"payload\"", StringComparison.Ordinal), (link, m) =>
                    link.ToRelayAsync(Message.Of(new JsonObject(Members.Select(name => KeyValuePair.Create(name, m.Json![name]?.DeepClone())))))),
            },
        new("unknown-members-lost", "ENV-13", "Members that the relay does not know are left out of what is forwarded.", "byte-for-byte-unknown-members",
            "byte for byte.*received chat\\.")
            { Orders = s => s.OnUp((_, m) => m.Json?.ContainsKey("trace") == true, (link, m) => link.ToRelayAsync(m.With(json => json.Remove("trace")))) },
        new("escapes-resolved", "ENV-13", "Escapes are resolved in what is forwarded.", "escapes-that-need-not-be", "byte for byte.*received chat\\.")
            { Orders = s => s.OnUp((_, m) => m.IsForwarded && m.Text.Contains("\\u0061", StringComparison.Ordinal),
                (link, m) => link.ToRelayAsync(m.With(_ => { }))) },
        new("strict-members", "ENV-14", "An envelope with members that the relay does not know is refused.", "members-that-nobody-knows",
            "the agent receives.*no such message")
            { Orders = s => s.RefuseUp((_, m) => m.IsForwarded && m.Json!.Count > 5, "INVALID_MESSAGE") },
        new("doubles-refused-everywhere", "ENV-15", "Doubled members inside the payload are refused.", "members-doubled-inside",
            "the agent receives.*no such message")
            { Orders = s => s.RefuseUp((_, m) => m.Text.Contains("\"text\":\"a\",\"text\"", StringComparison.Ordinal), "INVALID_MESSAGE") },
        new("depth-of-the-envelope", "ENV-16", "The depth of 64 is counted from the envelope, not from its payload.", "nested-as-deep",
            "the agent receives.*no such message")
            { Orders = s => s.RefuseUp((_, m) => Depth(m.Text) > 64, "INVALID_MESSAGE") },
        new("deep-is-dropped", "ENV-30", "A payload nested deeper than 64 is dropped without a word.", "nested-deeper-than-promised",
            "receives.*no such message")
            { Orders = s => s.DropUp((_, m) => Depth(m.Text) > 65) },
        new("no-nul", "ENV-17", "An escaped NUL is refused.", "an-escaped-nul", "the agent receives.*no such message")
            { Orders = s => s.RefuseUp((_, m) => m.Text.Contains("\\u0000", StringComparison.Ordinal), "INVALID_MESSAGE") },
        new("noncharacters-replaced", "ENV-17", "Noncharacters are replaced by U+FFFD.", "noncharacters", "byte for byte.*received chat\\.")
            { Orders = s => s.OnUp((_, m) => m.Text.Contains('\uFFFF', StringComparison.Ordinal),
                (link, m) => link.ToRelayAsync(Message.Of(m.Text.Replace('\uFFFF', '\uFFFD')))) },
        new("lone-surrogate-refused", "ENV-17", "An escaped lone surrogate is refused.", "a-lone-escaped-surrogate", "the agent receives.*no such message")
            { Orders = s => s.RefuseUp((_, m) => m.Text.Contains("\"\\ud800\"", StringComparison.Ordinal), "INVALID_MESSAGE") },
        new("numbers-are-doubles", "ENV-32", "A number beyond doubles is refused.", "a-number-beyond-doubles", "the agent receives.*no such message")
            { Orders = s => s.RefuseUp((_, m) => m.Text.Contains("1e999", StringComparison.Ordinal), "INVALID_MESSAGE") },
        new("numbers-are-integers", "ENV-32", "A number beyond 64 bits is refused.", "a-number-beyond-integers", "the agent receives.*no such message")
            { Orders = s => s.RefuseUp((_, m) => m.Text.Contains("99999999999999999999", StringComparison.Ordinal), "INVALID_MESSAGE") },
        new("names-in-any-case", "ENV-18", "Member names are compared without case.", "type-instead-of-type", "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((_, m) => m.Text.Contains("\"Type\":\"chat.send\"", StringComparison.Ordinal)) },
        new("names-in-capitals", "ENV-18", "Member names are lowered before they are compared.", "type-in-capitals",
            "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((_, m) => m.Text.Contains("\"TYPE\":\"chat.send\"", StringComparison.Ordinal)) },
        new("first-type-wins", "ENV-19", "Of two types the first is looked at.", "a-second-top-level-type-is", "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((_, m) => m.Text.EndsWith("\"type\":\"chat.done\"}", StringComparison.Ordinal)) },
        new("same-type-twice", "ENV-19", "Two types are accepted when they are equal.", "the-same-again", "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((_, m) => m.Text.EndsWith("\"type\":\"chat.send\"}", StringComparison.Ordinal)) },
        new("two-payloads", "ENV-19", "A second payload is not noticed.", "a-second-top-level-payload", "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((_, m) => m.Text.EndsWith("\"payload\":{}}", StringComparison.Ordinal)
                && m.Text.Contains("\"payload\":{\"text\"", StringComparison.Ordinal)) },
        new("two-ids-no-answer", "ENV-31", "An envelope with two ids is dropped without a word.", "a-second-top-level-id", "receives.*no such message")
            { Orders = s => s.DropUp((_, m) => TwoIds().IsMatch(m.Text)) },
        new("types-as-written", "ENV-20", "The type is compared as it is written, escapes and all.", "a-forbidden-type-in-escapes",
            "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((_, m) => m.Text.Contains("chat.strea\\u006d", StringComparison.Ordinal)) },
        new("payload-is-judged", "ENV-21", "A chat.send without text is refused.", "not-what-its-type-asks-for-is-forwarded-chat-send",
            "the agent receives.*no such message")
            { Orders = s => s.RefuseUp((_, m) => m.Type == "chat.send" && m.Payload("nothing") is not null, "INVALID_MESSAGE") },
        new("keys-are-judged", "ENV-21", "A key_exchange without pubkey is refused.", "not-what-its-type-asks-for-is-forwarded-key",
            "the agent receives.*no such message")
            { Orders = s => s.RefuseUp((_, m) => m.Type == "key_exchange" && m.Payload("nothing") is not null, "INVALID_MESSAGE") },
        new("known-types-only", "ENV-22", "A type that the relay does not know is refused in its namespaces too.", "an-unknown-type-of-the-namespace",
            "the agent receives.*no such message")
            { Orders = s => s.RefuseUp((_, m) => m.IsForwarded && !Known.Contains(m.Type), "INVALID_MESSAGE") },
        new("long-type-no-answer", "ENV-29", "A type of more than 128 bytes is dropped without a word.", "odd-form-may-be-refused-a-long-one",
            "receives.*no such message")
            { Orders = s => s.DropUp((_, m) => m.Type?.Length > 128) },
        new("odd-type-closes", "ENV-29", "A type with a space in it closes the connection.", "odd-form-may-be-refused-spaces",
            "(INVALID_MESSAGE|pong).*ended by the relay")
            { Orders = s => s.OnUp((_, m) => m.Type?.Contains(' ', StringComparison.Ordinal) == true, (link, _) => link.CloseAsync(1008)) },
        new("unknown-is-a-fault", "ENV-23", "A type that is not forwarded is answered BACKEND_ERROR.", "neither-forwarded-nor-reserved",
            "INVALID_MESSAGE.*BACKEND_ERROR")
            { Orders = s => s.EditPayloadDown((_, m) => m.Code == "INVALID_MESSAGE", payload => payload["code"] = "BACKEND_ERROR") },
        new("prefix-of-a-namespace", "ENV-23", "A namespace is compared by its beginning: chatter is chat.", "reserved-is-answered-invalid-message-chatter",
            "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((_, m) => m.Type?.StartsWith("chatter", StringComparison.Ordinal) == true) },
        new("unknown-is-dropped", "ENV-24", "A type of an unknown namespace is dropped without a word.", "a-type-of-an-unknown-namespace",
            "receives.*no such message")
            { Orders = s => s.DropUp((_, m) => m.Type == "video.start") },
        new("status-is-forwarded", "ENV-25", "A client's status is forwarded to its peer.", "forged-status",
            "(receives nothing|no further status).*received status")
            { Orders = s => s.LetUp((_, m) => m.Type == "status") },
        new("pong-is-forwarded", "ENV-26", "A client's pong is forwarded to its peer.", "a-client-s-pong", "receives nothing.*received pong")
            { Orders = s => s.LetUp((_, m) => m.Type == "pong") },
        new("auth-ok-is-forwarded", "ENV-26", "A client's auth.ok is forwarded to its peer.", "a-client-s-auth-ok", "receives nothing.*received auth\\.ok")
            { Orders = s => s.LetUp((_, m) => m.Type == "auth.ok") },
        new("ping-is-forwarded", "ENV-26", "A client's ping is answered, and forwarded too.", "a-client-s-ping", "receives nothing.*received ping")
            {
                Orders = s => s.OnUp((link, m) => m.Type == "ping" && link.Role == "phone", async (link, m) =>
                {
                    if (link.Peer is { } peer)
                        await peer.ToClientAsync(m);
                    await link.ToRelayAsync(m);
                }),
            },
        new("status-is-dropped", "ENV-27", "A client's status is dropped without a word.", "a-client-s-status-is-answered",
            "INVALID_MESSAGE.*no such message")
            { Orders = s => s.DropUp((_, m) => m.Type == "status") },
        new("pong-is-refused", "ENV-28", "A client's pong is answered INVALID_MESSAGE.", "a-pong-is-not-answered", "receives nothing.*INVALID_MESSAGE")
            { Orders = s => s.RefuseUp((_, m) => m.Type == "pong", "INVALID_MESSAGE") },
    ];

    private static int Depth(string json)
    {
        var (depth, deepest) = (0, 0);
        foreach (var character in json)
            deepest = Math.Max(deepest, depth += character is '{' or '[' ? 1 : character is '}' or ']' ? -1 : 0);
        return deepest;
    }

    [GeneratedRegex("""^[^{]*\{"v":1,"type":"chat.send","id":[^,]+,"ts":[^,]+,"id":""")]
    private static partial Regex TwoIds();
}
