using CoralMux.Harness.Targets;
using CoralMux.Mutants.Sabotage;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;

namespace CoralMux.Mutants.Catalog;

/// <summary>Chapter 9.</summary>
internal static class LimitMutants
{
    private static readonly string Cost = "system.cost";

    public static IEnumerable<Mutant> All { get; } =
    [
        new("capacity-29", "LIM-01", "A phone's bucket holds one message less.", "the-phone-s-full-burst", "message 30 of the burst of 30")
            { Options = Rates(l => l with { PhoneMessagesPerMinute = l.PhoneMessagesPerMinute - 1 }) },
        new("roles-share-the-phones-rate", "LIM-01", "An agent has the rate of a phone.", "the-agent-s-full-burst", "message 31 of the burst of 120")
            { Options = Rates(l => l with { AgentMessagesPerMinute = l.PhoneMessagesPerMinute }) },
        new("capacity-31", "LIM-02", "A phone's bucket holds one message more.", "the-phone-s-first-message-beyond", "RATE_LIMITED.*received the message")
            { Options = Rates(l => l with { PhoneMessagesPerMinute = l.PhoneMessagesPerMinute + 1 }) },
        new("agents-unlimited", "LIM-02", "Agents have no rate.", "the-agent-s-first-message-beyond", "RATE_LIMITED.*received the message")
            { Options = Rates(l => l with { AgentMessagesPerMinute = 1_000_000 }) },
        new("half-the-wait", "LIM-03", "retry_after_ms is half of the wait.", "after-the-wait-that-it-was-told",
            "receives the phone's message.*no such message")
            { Orders = s => s.EditPayloadDown(IsRateLimited, payload => payload["retry_after_ms"] = (long)payload["retry_after_ms"]! / 2) },
        new("wait-in-seconds", "LIM-03", "retry_after_ms is in seconds.", "after-the-wait-that-it-was-told-the-phone", "receives.*no such message")
            { Orders = s => s.EditPayloadDown(IsRateLimited, payload => payload["retry_after_ms"] = Math.Max(1, (long)payload["retry_after_ms"]! / 1000)) },
        new("wait-of-a-minute", "LIM-37", "retry_after_ms is a minute, always.", "the-wait-that-the-phone-is-told", "of at most \\d+.*it says 60000")
            { Orders = s => s.EditPayloadDown(IsRateLimited, payload => payload["retry_after_ms"] = 60_000) },
        new("refilled-at-once", "LIM-04", "After the wait the whole bucket is full again.", "the-bucket-fills-again-evenly",
            "RATE_LIMITED.*received the message")
            {
                Orders = s =>
                {
                    s.OnDown(IsRateLimited, async (link, m) => { link.Recall<List<int>>("limited").Add(1); await link.ToClientAsync(m); });
                    s.LetUp((link, m) => m.Type == "chat.send" && link.Joined && link.Recall<List<int>>("limited").Count > 0);
                },
            },
        new("roles-share-a-bucket", "LIM-05", "Phone and agent of a token share a bucket.", "empty-bucket-is-nobody-else",
            "the phone receives.*no such message")
            {
                Orders = s =>
                {
                    s.OnDown(IsRateLimited, async (link, m) => { s.Count("empty " + link.Token); await link.ToClientAsync(m); });
                    s.OnUp((link, m) => m.IsForwarded && s.Count("empty " + link.Token, 0) > 0 && link.Role == "agent",
                        (link, m) => link.RefuseAsync("RATE_LIMITED", m, 2000));
                },
            },
        new("rate-by-address", "LIM-05", "The rate is counted by client address.", "empty-bucket-is-nobody-else", "chat.send.*no such message")
            {
                Orders = s =>
                {
                    s.OnDown(IsRateLimited, async (link, m) => { s.Count("empty"); await link.ToClientAsync(m); });
                    s.OnUp((link, m) => m.IsForwarded && s.Count("empty", 0) > 0 && link.Role == "phone",
                        (link, m) => link.RefuseAsync("RATE_LIMITED", m, 2000));
                },
            },
        new("keys-are-free", "LIM-06", "key_exchange costs nothing of the rate.", "every-forwarded-type-takes-one", "RATE_LIMITED.*received the message")
            { Orders = s => s.LetUp((_, m) => m.Type == "key_exchange") },
        new("absence-is-free", "LIM-07", "A message to a peer that is away costs nothing of the rate.", "because-the-peer-is-away",
            "RATE_LIMITED.*PEER_OFFLINE")
            { Orders = s => s.RefuseUp((link, m) => link.Joined && m.IsForwarded && link.Peer is null, "PEER_OFFLINE") },
        new Mutant("pings-cost", "LIM-08", "A ping takes one of the rate.", "a-ping-costs-nothing", "of the burst.*no such message")
            .Charging((link, m) => m.Type == "ping" && link.Peer is not null),
        new Mutant("malformed-costs", "LIM-09", "A message refused for form takes one of the rate.", "refused-for-its-form-costs",
            "of the burst.*no such message").Charging((_, m) => m.Text.EndsWith("\"payload\":null}", StringComparison.Ordinal)),
        new Mutant("forbidden-costs", "LIM-09", "A message refused for role takes one of the rate.", "refused-for-its-role-costs",
            "of the burst.*no such message").Charging((link, m) => link.Role == "phone" && m.Type == "chat.done"),
        new("refusals-cost", "LIM-10", "A refusal for the rate takes one of it too.", "refusals-for-the-rate", "the agent receives.*no such message")
            {
                Orders = s =>
                {
                    s.OnDown(IsRateLimited, async (link, m) => { link.Recall<List<int>>("debt").Add(1); await link.ToClientAsync(m); });
                    s.OnUp((link, m) => m.IsForwarded && link.Recall<List<int>>("debt").Count > 2, (link, m) => link.RefuseAsync("RATE_LIMITED", m, 2000));
                },
            },
        new Mutant("bucket-by-connection", "LIM-11", "A connection begins with a full bucket.", "a-reconnect-does-not-fill",
            "RATE_LIMITED.*received the message").WithABucketForEachConnection(),
        new("fifty-refusals", "LIM-12", "A connection is closed after 50 refusals.", "refused-again-and-again-may-be-closed", "refusal \\d+ is answered")
            { Orders = s => s.OnDown((_, m) => m.Code == "INVALID_MESSAGE",
                async (link, m) => { await link.ToClientAsync(m); if (s.Count($"refused {link.Number}") >= 50) await link.CloseAsync(1008); }) },
        new("closed-at-the-next-ping", "LIM-34", "A client with many refusals is closed when it sends the next message, whatever it is.",
            "right-after-an-error", "pong.*1008")
            {
                Orders = s =>
                {
                    s.OnDown((_, m) => m.Code == "INVALID_MESSAGE", async (link, m) => { s.Count($"refused {link.Number}"); await link.ToClientAsync(m); });
                    s.OnUp((link, m) => m.Type == "ping" && s.Count($"refused {link.Number}", 0) > 100, (link, _) => link.CloseAsync(1008));
                },
            },

        new Mutant("counts-characters", "LIM-13", "Usage is counted in characters.", "what-is-counted-is-the-bytes", "daily_used_bytes")
            .Counting((_, m) => m.IsForwarded ? m.Text.Length : 0),
        new Mutant("counts-payloads", "LIM-13", "Only the payload of a message is counted.", "what-is-counted-is-the-bytes", "daily_used_bytes")
            .Counting((_, m) => m.IsForwarded ? m.Json?["payload"]?.ToJsonString().Length ?? 0 : 0),
        new Mutant("counts-twice", "LIM-14", "A message is counted as it comes and as it goes.", "what-is-counted-is-the-bytes", "daily_used_bytes")
            .Counting((_, m) => m.IsForwarded ? 2 * m.Bytes.Length : 0),
        new Mutant("counts-phones-only", "LIM-15", "Only what the phone sends is counted.", "what-is-counted-is-the-bytes", "daily_used_bytes")
            .Counting((link, m) => m.IsForwarded && link.Role == "agent" ? m.Bytes.Length : 0),
        new("usage-by-connection", "LIM-15", "Usage is counted by connection.", "what-is-counted-is-the-bytes", "says 0")
            { Orders = s => s.EditPayloadDown((_, m) => m.Type == "auth.ok", payload => payload["daily_used_bytes"] = 0) },
        new Mutant("counts-refused", "LIM-16", "A message is counted before it is refused.", "what-is-refused-is-not-counted", "daily_used_bytes")
            .CountingUp((_, m) => m.IsForwarded),
        new Mutant("counts-pings", "LIM-17", "Pings are counted.", "pings-and-what-the-relay-says", "daily_used_bytes")
            .CountingUp((_, m) => m.IsForwarded || m.Type == "ping"),
        new Mutant("counts-its-own", "LIM-17", "What the relay originates is counted.", "pings-and-what-the-relay-says", "daily_used_bytes")
            .Counting((_, m) => m.Bytes.Length),
        new("quota-of-decimal-megabytes", "LIM-18", "The daily quota is larger by the difference between MB and MiB.", "the-daily-quota-can-be-used",
            "DAILY_QUOTA_EXCEEDED.*received the message")
            { Options = o => o with { Limits = o.Limits with { DailyQuota = o.Limits.DailyQuota * 1_048_576 / 1_000_000 } } },
        new("beyond-not-reached", "LIM-18", "A quota that is exactly used up counts as not reached.", "the-daily-quota-can-be-used",
            "DAILY_QUOTA_EXCEEDED.*received the message")
            { Options = o => o with { Limits = o.Limits with { DailyQuota = o.Limits.DailyQuota + 1 } } },
        new("quota-of-one-direction", "LIM-21", "The quota is halved between the two directions.", "the-daily-quota-can-be-used",
            "of the quota.*DAILY_QUOTA|bytes left of the daily quota|byte for byte")
            { Options = o => o with { Limits = o.Limits with { DailyQuota = o.Limits.DailyQuota / 2 } } },
        new("local-midnight", "LIM-23", "The wait is until midnight of the relay's own time zone.", "the-daily-quota-can-be-used", "time until .*00:00 UTC")
            { Orders = s => s.EditPayloadDown((_, m) => m.Code == "DAILY_QUOTA_EXCEEDED",
                payload => payload["retry_after_ms"] = ((long)payload["retry_after_ms"]! + 7_200_000) % 86_400_000) },
        new("quota-wait-in-seconds", "LIM-23", "The wait until the reset is in seconds.", "the-daily-quota-can-be-used", "time until .*00:00 UTC")
            { Orders = s => s.EditPayloadDown(
                (_, m) => m.Code == "DAILY_QUOTA_EXCEEDED", payload => payload["retry_after_ms"] = (long)payload["retry_after_ms"]! / 1000) },
        new Mutant("usage-in-memory", "LIM-24", "Usage is forgotten at a restart.", "usage-outlives-a-restart", "daily_used_bytes").ForgettingAt(_ => true),
        new Mutant("usage-written-at-exit", "LIM-25", "Usage is written when the relay stops in an orderly way only.", "usage-outlives-a-crash",
            "daily_used_bytes").ForgettingAt(shutdown => shutdown == Shutdown.Crash),
        new("quota-in-megabytes", "LIM-30", "daily_quota_bytes is in megabytes.", "auth-ok-tells-the-quota", "daily_quota_bytes")
            { Orders = s => s.EditPayloadDown(
                (_, m) => m.Type == "auth.ok", payload => payload["daily_quota_bytes"] = (long)payload["daily_quota_bytes"]! / 1_000_000) },
        new("usage-of-the-last-minute", "LIM-30", "daily_used_bytes is what was used when the relay last wrote it down.",
            "auth-ok-tells-the-quota", "daily_used_bytes")
            { Orders = s => s.EditPayloadDown((_, m) => m.Type == "auth.ok", payload => payload["daily_used_bytes"] = 0) },
    ];

    private static bool IsRateLimited(Link link, Message m) => m.Code == "RATE_LIMITED";

    private static bool IsSecond(Saboteur s, Link link) => s.Recall<Dictionary<string, int>>("first")[$"{link.Token} {link.Role}"] != link.Number;

    private static Mutant WithABucketForEachConnection(this Mutant mutant) => mutant with
    {
        Orders = s =>
        {
            s.LetUp((link, m) => link.Joined && m.IsForwarded && IsSecond(s, link));
            s.Joined = link =>
            {
                lock (s)
                    s.Recall<Dictionary<string, int>>("first").TryAdd($"{link.Token} {link.Role}", link.Number);
                return Task.CompletedTask;
            };
        },
    };

    /// <summary>For each such message one more goes to the relay, which counts it; it does not arrive.</summary>
    private static Mutant Charging(this Mutant mutant, Func<Link, Message, bool> which) => mutant with
    {
        Orders = s =>
        {
            s.OnUp(which, async (link, m) =>
            {
                await link.ToRelayAsync(m);
                await link.ToRelayAsync(Link.Envelope(Cost, "{}"));
            });
            s.DropDown((_, m) => m.Type == Cost);
        },
    };

    private static Func<RelayOptions, RelayOptions> Rates(Func<PairLimits, PairLimits> change) =>
        o => o with { Limits = change((PairLimits)o.Limits) };

    /// <summary>auth.ok tells a count of the saboteur's own, over what goes to clients.</summary>
    private static Mutant Counting(this Mutant mutant, Func<Link, Message, long> amount) => mutant with
    {
        Orders = s =>
        {
            s.OnDown((_, _) => true, (link, m) => { s.Count("used " + link.Token, amount(link, m)); return link.ToClientAsync(m); });
            s.OnDown((_, m) => m.Type == "auth.ok",
                (link, m) => link.ToClientAsync(m.WithPayload(payload => payload["daily_used_bytes"] = s.Count("used " + link.Token, 0))));
        },
    };

    /// <summary>The same, over what comes from clients.</summary>
    private static Mutant CountingUp(this Mutant mutant, Func<Link, Message, bool> which) => mutant with
    {
        Orders = s =>
        {
            s.OnUp((link, m) => link.Joined && which(link, m), (link, m) => { s.Count("used " + link.Token, m.Bytes.Length); return link.ToRelayAsync(m); });
            s.OnDown((_, m) => m.Type == "auth.ok",
                (link, m) => link.ToClientAsync(m.WithPayload(payload => payload["daily_used_bytes"] = s.Count("used " + link.Token, 0))));
        },
    };

    private static Mutant ForgettingAt(this Mutant mutant, Func<Shutdown, bool> which) => mutant with
    {
        Orders = s => s.EditPayloadDown((_, m) => m.Type == "auth.ok" && s.Count("forgotten", 0) > 0, payload => payload["daily_used_bytes"] = 0),
        Restarts = (relay, s) => relay.Stopped = shutdown => { s.Count("forgotten", which(shutdown) ? 1 : 0); return Task.CompletedTask; },
    };
}
