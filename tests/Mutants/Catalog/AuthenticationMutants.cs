using System.Text.Json.Nodes;
using CoralMux.Mutants.Sabotage;

namespace CoralMux.Mutants.Catalog;

/// <summary>Authentication: section 4.2.</summary>
internal static class AuthenticationMutants
{
    internal static Func<Link, Message, bool> First(Func<Message, bool> which) => (link, m) => !link.Joined && which(m);

    public static IEnumerable<Mutant> All { get; } =
    [
        new("agent-needs-a-phone", "PAIR-24", "An agent is refused while there is no phone.", "the-agent-comes-first", "auth.ok.*auth.fail")
            { Orders = s => s.OnUp(First(m => m.Payload("role") == "agent" && !s.Of(m.Payload("token")).Any(link => link.Role == "phone")),
                (link, m) => FailAsync(link, m)) },
        new("always-paired", "PAIR-25", "paired is always true.", "the-phone-comes-first", "while its peer is offline")
            { Orders = s => s.EditPayloadDown((_, m) => m.Type == "auth.ok", payload => payload["paired"] = true) },
        new("paired-with-itself", "PAIR-25", "paired says whether the token has ever had both.", "comes-first", "while its peer is online")
            { Orders = s => s.EditPayloadDown((link, m) => m.Type == "auth.ok" && s.Count("joined " + link.Token) <= 2, payload => payload["paired"] = false) },
        new("no-quota-in-auth-ok", "PAIR-26", "auth.ok says nothing of the quota.", "authentication-tells-the-daily-quota", "with its daily quota")
            { Orders = s => s.EditPayloadDown(
                (_, m) => m.Type == "auth.ok", payload => { payload.Remove("daily_quota_bytes"); payload.Remove("daily_used_bytes"); }) },
        new("fails-with-chat-error", "PAIR-27", "A wrong token is answered chat.error, not auth.fail.",
            "with-an-unknown-token-is-refused", "auth.fail.*chat.error")
            { Orders = s => s.EditDown((_, m) => m.Type == "auth.fail", json => json["type"] = "chat.error") },
        new("unknown-role-is-a-phone", "PAIR-27", "An unknown role is taken for a phone.", "with-an-unknown-role-is-refused", "auth.fail.*auth.ok")
            { Orders = s => s.OnUp(First(m => m.Payload("role") == "robot"),
                (link, m) => link.ToRelayAsync(m.WithPayload(payload => payload["role"] = "phone"))) },
        new Mutant("failed-but-open", "PAIR-27", "After auth.fail the connection stays open.", "with-an-empty-token-is-refused",
            "its connection closed.*still open").Keeping(link => !link.Joined),
        new("missing-role-is-malformed", "PAIR-27", "A missing role is answered INVALID_MESSAGE.", "without-a-role-is-refused", "UNAUTHORIZED.*INVALID_MESSAGE")
            { Orders = s => s.OnUp(First(m => m.Type == "auth" && m.Payload("role") is null),
                async (link, m) => { await link.RefuseAsync("INVALID_MESSAGE", m); await link.CloseAsync(1008); }) },
        new("token-before-role", "PAIR-28", "A wrong role is answered otherwise when the token is right.", "a-wrong-role-is-answered-alike", "the same answer")
            {
                Orders = s =>
                {
                    s.OnReply(call => PairingMutants.IsPair(call, "POST"), reply => reply.Edit(json => s.Count(json["token"]!.ToString())));
                    s.EditPayloadDown((link, m) => m.Type == "auth.fail" && s.Count(link.Token ?? "", 0) > 0, payload => payload["message"] = "unknown role");
                },
            },
        new("token-trimmed", "PAIR-29", "White space around the token is cut off.", "a-space-behind-the-token", "auth.fail.*auth.ok")
            { Orders = s => s.OnUp(First(m => m.Payload("token")?.EndsWith(' ') == true),
                (link, m) => link.ToRelayAsync(m.WithPayload(payload => payload["token"] = payload["token"]!.ToString().Trim()))) },
        new("token-in-any-case", "PAIR-29", "The token is compared without case.", "the-token-in-capitals", "auth.fail.*auth.ok")
            { Orders = s => s.OnUp(First(m => m.Payload("token")?.StartsWith("OC", StringComparison.Ordinal) == true),
                (link, m) => link.ToRelayAsync(m.WithPayload(payload => payload["token"] = m.Payload("token")!.ToLowerInvariant()))) },
        new("role-in-any-case", "PAIR-29", "The role is compared without case.", "the-role-in-capitals", "auth.fail.*auth.ok")
            { Orders = s => s.OnUp(First(m => m.Payload("role") is "PHONE" or "Phone"),
                (link, m) => link.ToRelayAsync(m.WithPayload(payload => payload["role"] = "phone"))) },
        new("ping-before-auth", "PAIR-30", "A ping is answered before authentication.", "begins-with-ping-is-refused", "UNAUTHORIZED.*no such message")
            { Orders = s => s.OnUp(First(m => m.Type == "ping"), (link, _) => link.ToClientAsync(Link.Envelope("pong", "{}"))) },
        new("ignored-before-auth", "PAIR-30", "What comes before auth is ignored.", "begins-with-hello-is-refused", "UNAUTHORIZED.*no such message")
            { Orders = s => s.DropUp(First(m => m.Type == "hello")) },
        new Mutant("warned-before-auth", "PAIR-30", "A message before auth is answered with the error, and the connection stays.",
            "begins-with-chat-send-is-refused", "its connection closed.*still open").Keeping(link => link.Token is null),
        new("nonsense-just-closed", "PAIR-31", "A malformed first message closes the connection without an error.", "begins-with-nonsense",
            "INVALID_MESSAGE or UNAUTHORIZED.*ended")
            { Orders = s => s.OnUp(First(m => m.Json is null), (link, _) => link.CloseAsync(1008)) },
        new("strangers-are-heard", "PAIR-32", "What comes before auth goes to the newest session.", "not-authenticated-reaches-anybody",
            "receives nothing.*received chat\\.send")
            {
                Orders = s => s.OnUp(First(m => m.Type == "chat.send"), async (link, m) =>
                {
                    if (s.Links.Where(other => other is { Joined: true, Role: "agent" }).MaxBy(other => other.Number) is { } agent)
                        await agent.ToClientAsync(m);
                    await link.ToRelayAsync(m);
                }),
            },
        new("status-before-auth-ok", "PAIR-33", "A newcomer gets status before its auth.ok.", "auth-ok-comes-before", "first envelope.*status")
            { Orders = s => s.Joined = link => link.Peer is null ? Task.CompletedTask : link.ToClientAsync(Link.Envelope("status", """{"peer":"online"}""")) },
        new("waits-for-ever", "PAIR-34", "A connection that never authenticates stays.", "in-time-is-closed-it-stays-silent", "is closed within.*still open")
            { Options = o => o with { Limits = o.Limits with { AuthTimeout = TimeSpan.FromSeconds(60) } }, Limits = Mutant.Hasty },
        new Mutant("pings-extend", "PAIR-35", "Every frame begins the authentication time-out anew.", "in-time-is-closed-it-pings",
            "is closed within.*still open").ExtendingAuth(_ => true),
        new Mutant("fragments-extend", "PAIR-35", "Part of a message begins the authentication time-out anew.", "it-dribbles", "is closed within.*still open")
            .ExtendingAuth(f => !f.IsControl),
        new("half-the-time", "PAIR-71", "The authentication time-out is half of what is configured.", "in-time-is-closed-it-stays-silent",
            "is given.*was closed after")
            { Options = o => o with { Limits = o.Limits with { AuthTimeout = o.Limits.AuthTimeout / 2 } }, Limits = Mutant.Hasty },
        new("slow-is-unauthorized", "PAIR-76", "A client that is slow to authenticate is told UNAUTHORIZED.", "only-slow-to-authenticate",
            "no envelope.*(auth.fail|UNAUTHORIZED)")
            {
                Orders = s => s.OnDownFrame((link, f) => !link.Joined && link.Token is null && f.Opcode == Frame.Close, async (link, f) =>
                {
                    await link.ToClientAsync(Link.Envelope("auth.fail", """{"code":"UNAUTHORIZED","message":"too slow"}"""));
                    await link.ToClientAsync(f);
                }),
                Limits = Mutant.Hasty,
            },
        new("auth-below-4096", "PAIR-36", "An auth of 4,096 bytes is refused for its size.", "an-auth-message-as-long", "auth.ok.*MESSAGE_TOO_LARGE")
            { Orders = s => s.OnUp(First(m => m.Bytes.Length >= 4096),
                async (link, m) => { await link.RefuseAsync("MESSAGE_TOO_LARGE", m); await link.CloseAsync(1009); }) },
        new("auth-of-any-size", "PAIR-37", "An auth may be as large as any message.", "a-longer-message-before", "is refused.*auth.ok")
            { Orders = s => s.OnUp(First(m => m.Type == "auth" && m.Bytes.Length > 4096),
                (link, m) => link.ToRelayAsync(m.WithPayload(payload => payload.Remove("padding")))) },
        new("too-large-before-auth-stays", "PAIR-67", "A first message that is too large is answered, and the connection stays.", "beyond-every-size",
            "its connection closed.*still open")
            { Orders = s => s.RefuseUp(First(m => m.Bytes.Length > s.MaxMessageBytes), "MESSAGE_TOO_LARGE") },
        new("second-auth-accepted", "PAIR-38", "A second auth with the same token is answered auth.ok.", "a-second-auth-with-its-token-and-role-phone",
            "INVALID_MESSAGE.*auth.ok")
            { Orders = s => s.OnUp((link, m) => link.Joined && m.Type == "auth",
                (link, _) => link.ToClientAsync(Link.Envelope("auth.ok", """{"paired":true}"""))) },
        new("second-auth-fails", "PAIR-38", "A second auth with an unknown token is answered auth.fail.", "a-second-auth-with-an-unknown-token",
            "INVALID_MESSAGE.*auth.fail")
            { Orders = s => s.OnUp((link, m) => link.Joined && m.Type == "auth",
                (link, _) => link.ToClientAsync(Link.Envelope("auth.fail", """{"code":"UNAUTHORIZED","message":"no"}"""))) },
        new("second-auth-moves", "PAIR-39", "A second auth is refused, but its token counts from then on.", "a-second-auth-with-the-other-token",
            "chat.send.*no such message")
            {
                Orders = s =>
                {
                    s.OnUp((link, m) => link.Joined && m.Type == "auth" && m.Payload("token") != link.Token,
                        (link, m) => { link.Recall<List<string>>("moved").Add(m.Payload("token")!); return link.ToRelayAsync(m); });
                    s.OnUp((link, m) => m.IsForwarded && link.Recall<List<string>>("moved").Count > 0,
                        (link, m) => s.Of(link.Recall<List<string>>("moved")[0])
                            .FirstOrDefault(other => other.Role == "agent")?.ToClientAsync(m) ?? Task.CompletedTask);
                },
            },
        new("token-in-the-query", "PAIR-41", "A token in the query of the handshake authenticates.", "a-token-in-the-handshake", "UNAUTHORIZED.*auth\\.ok")
            {
                Orders = s => s.Opened = link => link.Handshake.Path.Split("token=") is [_, var rest]
                    ? link.ToRelayAsync(Link.Envelope("auth", $$"""{"token":"{{rest.Split('&')[0]}}","role":"phone"}"""))
                    : Task.CompletedTask,
            },
    ];

    private static async Task FailAsync(Link link, Message auth)
    {
        await link.ToClientAsync(Link.Error("UNAUTHORIZED", auth).With(json => json["type"] = "auth.fail"));
        await link.CloseAsync(1008);
    }

    private static Mutant Keeping(this Mutant mutant, Func<Link, bool> which) => mutant with
    {
        Orders = s =>
        {
            s.Keeps = which;
            s.OnDownFrame((link, f) => f.Opcode == Frame.Close && which(link), (_, _) => Task.CompletedTask);
        },
    };

    /// <summary>The relay's own time-out is long; the saboteur keeps the short one, and begins it anew for some frames.</summary>
    private static Mutant ExtendingAuth(this Mutant mutant, Func<Frame, bool> which) => mutant with
    {
        Limits = Mutant.Hasty,
        Options = o => o with { Limits = o.Limits with { AuthTimeout = TimeSpan.FromSeconds(60) } },
        Orders = s =>
        {
            var timeout = TimeSpan.FromMilliseconds(Mutant.Hasty.AuthTimeoutMs);
            async Task WatchAsync(Link link)
            {
                var seen = -1;
                while (!link.Joined && seen != link.Recall<List<int>>("frames").Count)
                {
                    seen = link.Recall<List<int>>("frames").Count;
                    await Task.Delay(timeout, TimeProvider.System, s.Stopping);
                }

                if (!link.Joined)
                    await link.CloseAsync(1008);
            }

            s.Opened = link => { _ = WatchAsync(link); return Task.CompletedTask; };
            s.OnUpFrame((_, f) => which(f), (link, f) => { link.Recall<List<int>>("frames").Add(1); return link.ToRelayAsync(f); });
        },
    };
}
