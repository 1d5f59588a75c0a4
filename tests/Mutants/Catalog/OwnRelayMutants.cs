using System.Security.Cryptography;
using System.Text;
using CoralMux.Mutants.Sabotage;

namespace CoralMux.Mutants.Catalog;

/// <summary>Of requirements whose scenarios start a relay of their own: clocks, quotas, proxies, limits by address.</summary>
internal static class OwnRelayMutants
{
    private static bool IsRegister(HttpCall call) => call.Path == "/api/v1/register";

    private static bool IsPair(HttpCall call) => call.Method == "POST" && call.Path == "/api/v1/pair";

    public static IEnumerable<Mutant> All { get; } =
    [
        new("open-without-a-key", "PAIR-06", "With no admin key configured anybody makes tokens.", "without-an-admin-key-configured",
            "404 NotFound.*201 Created")
            {
                Orders = s => s.OnReply(IsPair, reply =>
                {
                    if (reply.Status < 400)
                        return;
                    reply.Status = 201;
                    reply.Text = $$"""{"token":"oc_pair_{{Guid.NewGuid():N}}"}""";
                    reply.Fields["Content-Type"] = "application/json";
                }),
            },
        new("no-key-is-a-fault", "PAIR-06", "With no admin key configured the pairing API is answered 503.", "without-an-admin-key-configured",
            "404 NotFound.*503")
            { Orders = s => s.OnReply(IsPair, reply => reply.Status = reply.Status is 401 or 403 or 404 ? 503 : reply.Status) },
        new("left-most-address", "PAIR-20", "The left-most address of X-Forwarded-For is the client.", "behind-trusted-proxies",
            "429 TooManyRequests.*201 Created")
            { Orders = s => s.EditCall(IsRegister, call => call.Fields["X-Forwarded-For"] = call.Fields["X-Forwarded-For"]?.Split(',')[0]) },
        new("whole-header-is-the-client", "PAIR-72", "The whole X-Forwarded-For is the client's key.", "behind-trusted-proxies", "429 TooManyRequests.*201")
            { Orders = s => s.EditCall(call => IsRegister(call) && call.Fields["X-Forwarded-For"] is not null,
                call => call.Fields["X-Forwarded-For"] = AddressFrom(call.Fields["X-Forwarded-For"]!)) },
        new("every-ipv6-address", "PAIR-22", "Every IPv6 address is a client of its own.", "addresses-that-one-client", "429 TooManyRequests.*201")
            { Orders = s => s.EditCall(call => IsRegister(call) && call.Fields["X-Forwarded-For"]?.Contains(':', StringComparison.Ordinal) == true,
                call => call.Fields["X-Forwarded-For"] = AddressFrom(call.Fields["X-Forwarded-For"]!)) },
        new("guess-for-ever", "PAIR-40", "Failed auths are not counted.", "token-after-token",
            "some of the \\d+ is slowed or turned away.*; \\d+ were; the first")
            {
                Orders = s =>
                {
                    s.OnReply(IsPair, reply => reply.Edit(json => s.Count("known " + json["token"])));
                    s.OnUp((link, m) => !link.Joined && m.Type == "auth" && s.Count("known " + m.Payload("token"), 0) == 0, async (link, m) =>
                    {
                        await link.ToClientAsync(Link.Error("UNAUTHORIZED", m).With(json => json["type"] = "auth.fail"));
                        await link.CloseAsync(1008);
                    });
                },
            },
        new("nonsense-is-a-guess", "PAIR-69", "A malformed first message counts as a failed auth.", "other-faults-than-a-wrong-token",
            "none of the .* is slowed or turned away")
            {
                Orders = s =>
                {
                    s.OnUp((link, m) => !link.Joined && m.Type != "auth", (link, m) => { s.Count("failed"); return link.ToRelayAsync(m); });
                    TurnAwayWhen(s, () => s.Count("failed", 0) >= 100);
                },
            },
        new("five-guesses", "PAIR-70", "From the sixth failed auth on an address is turned away.", "a-few-failures", "none of the .* is slowed or turned away")
            { Orders = s => TurnAwayWhen(s, () => s.Count("failed") > 5) },
        new("unread-is-silent", "KEEP-07", "A sender that is not read from for the idle time-out is taken for dead.", "does-not-read-from-is-not-silent",
            "lost without a word.*status")
            { Orders = s => s.OnUp((link, m) => m.Bytes.Length > 500_000 && s.Count($"large {link.Number}") == 5,
                async (link, m) => { await link.ToRelayAsync(m); await CutLaterAsync(s, link); }) },
        new("given-up-in-silence", "PAIR-68", "What a reader that takes nothing is owed is thrown away without a word.",
            "a-reader-that-takes-nothing", "lost without a word")
            { Orders = s => s.DropUp((link, m) => m.Bytes.Length > 500_000 && s.Count($"large {link.Number}") > 5) },
        new("faults-are-free", "LIM-33", "A message that is answered BACKEND_ERROR costs nothing of the rate.", "what-a-fault-of-the-relay-refuses",
            "RATE_LIMITED.*BACKEND_ERROR")
            {
                Orders = s =>
                {
                    s.OnDown((_, m) => m.Code == "BACKEND_ERROR", (link, m) => { s.Count($"fault {link.Number}"); return link.ToClientAsync(m); });
                    s.OnUp((link, m) => m.IsForwarded && s.Count($"fault {link.Number}", 0) > 0, (link, m) => link.RefuseAsync("BACKEND_ERROR", m, 1000));
                },
            },
        new("counted-when-written", "LIM-36", "A message is counted when it has been written to the peer.", "what-was-accepted-stays-counted",
            "daily_used_bytes.*it says")
            {
                Orders = s =>
                {
                    s.OnDown((_, m) => m.IsForwarded, async (link, m) => { await link.ToClientAsync(m); s.Count("written " + link.Token, m.Bytes.Length); });
                    s.OnDown((_, m) => m.Type == "auth.ok",
                        (link, m) => link.ToClientAsync(m.WithPayload(payload => payload["daily_used_bytes"] = s.Count("written " + link.Token, 0))));
                },
            },
        new("no-monthly-quota", "LIM-19", "There is no monthly quota.", "the-monthly-quota-ends", "MONTHLY_QUOTA_EXCEEDED.*peer received the message")
            { Misreads = settings => settings["monthlyQuotaBytes"] is null ? settings : settings.With("monthlyQuotaBytes", "10737418240") },
        new("month-before-day", "LIM-20", "Where both quotas are reached the month is named.", "where-day-and-month",
            "DAILY_QUOTA_EXCEEDED.*MONTHLY_QUOTA_EXCEEDED")
            { Orders = s => s.EditPayloadDown((_, m) => m.Code == "DAILY_QUOTA_EXCEEDED", payload => payload["code"] = "MONTHLY_QUOTA_EXCEEDED") },
        new("crosses-in-silence", "LIM-22", "A message that would cross the quota is dropped without a word.", "would-cross-the-line",
            "message of 20000 bytes.*no such message")
            { Orders = s => s.DropUp((_, m) => m.Bytes.Length == 20_000) },
        new("crosses-the-month", "LIM-32", "A message that would cross both quotas is refused for the month.", "who-refuses-a-message",
            "DAILY_QUOTA_EXCEEDED.*MONTHLY_QUOTA_EXCEEDED")
            { Orders = s => s.OnUp((_, m) => m.Bytes.Length == 20_000, (link, m) => link.RefuseAsync("MONTHLY_QUOTA_EXCEEDED", m, 1_000_000)) },
        new("reset-at-the-next-connection", "LIM-26", "The day begins anew for connections that come after midnight.", "at-midnight-utc",
            "the agent receives.*no such message")
            { Orders = s => StayRefused(s, "DAILY_QUOTA_EXCEEDED") },
        new("month-of-thirty-days", "LIM-27", "The month begins anew 30 days after its first message.", "on-the-first-of-the-month",
            "the agent receives.*no such message")
            { Orders = s => StayRefused(s, "MONTHLY_QUOTA_EXCEEDED") },
        new("day-of-the-machine", "LIM-28", "The day is that of the machine's time zone.", "at-midnight-utc", "00:00 UTC")
            { Orders = s => s.EditPayloadDown(
                (_, m) => m.Code == "DAILY_QUOTA_EXCEEDED", payload => payload["retry_after_ms"] = (long)payload["retry_after_ms"]! + 36_000_000) },
        new("fault-closes", "ERR-16", "BACKEND_ERROR closes the connection, whatever it says of a wait.", "a-fault-of-the-relay-that-passes",
            "ping with pong.*ended by the relay with a close frame with code 1011")
            { Orders = s => s.OnDown((link, m) => link.Joined && m.Code == "BACKEND_ERROR",
                async (link, m) => { await link.ToClientAsync(m); await link.CloseAsync(1011); }) },
        new("full-without-a-wait", "ERR-19", "A full queue is answered BACKEND_ERROR without retry_after_ms.", "a-full-queue-is-no-fault",
            "retry_after_ms greater than 0.*BACKEND_ERROR")
            { Orders = s => s.OnUp((link, m) => m.Bytes.Length > 1_000_000 && s.Count($"large {link.Number}") > 5,
                (link, m) => link.RefuseAsync("BACKEND_ERROR", m)), Limits = Setup.Patient with { DailyQuotaBytes = 524_288_000 } },
        new("cut-after-the-close", "ERR-18", "A client that is still sending is cut off, and what was to tell it why is lost.", "still-sending-learns",
            "refused with an error envelope.*without a close frame")
            { Orders = s => s.OnDown((link, m) => !link.Joined && m.Code is not null, (link, _) => { link.Cut(); return Task.CompletedTask; }) },
        new("any-number-may-wait", "SEC-07", "Any number of connections may wait without auth.", "only-so-many-may-wait",
            "the last of the \\d+ is slowed or turned away.* were")
            { Misreads = settings => settings.With("maxUnauthenticated", "4096") },
    ];

    private static string AddressFrom(string text)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return $"198.18.{hash[0]}.{hash[1]}";
    }

    private static void TurnAwayWhen(Saboteur s, Func<bool> when) =>
        s.EditPayloadDown((_, m) => m.Type == "auth.fail" && when(), payload => { payload["code"] = "RATE_LIMITED"; payload["retry_after_ms"] = 1_000; });

    private static async Task CutLaterAsync(Saboteur s, Link link)
    {
        // Nothing of the rest gets through meanwhile, however much the relay's queue holds.
        await Task.Delay(2_500, s.Stopping);
        link.Cut();
    }

    private static void StayRefused(Saboteur s, string code)
    {
        s.OnDown((_, m) => m.Code == "DAILY_QUOTA_EXCEEDED", (link, m) => { s.Count($"spent {link.Number}"); return link.ToClientAsync(m); });
        s.OnUp((link, m) => m.IsForwarded && s.Count($"spent {link.Number}", 0) > 0, (link, m) => link.RefuseAsync(code, m, 60_000));
    }
}
