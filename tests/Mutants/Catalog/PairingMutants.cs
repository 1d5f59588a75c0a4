using System.Text.Json.Nodes;
using CoralMux.Mutants.Sabotage;

namespace CoralMux.Mutants.Catalog;

/// <summary>Tokens and authentication: sections 4.1 and 4.2.</summary>
internal static class PairingMutants
{
    private const string Pair = "/api/v1/pair";

    private static bool IsPair(HttpCall call, string method) => call.Method == method && call.Path == Pair;

    private static bool IsToken(HttpCall call, string method) => call.Method == method && call.Path.StartsWith(Pair + "/", StringComparison.Ordinal);

    private static string TokenOf(HttpCall call) => call.Path[(Pair.Length + 1)..];

    private static bool IsKeyRight(Saboteur s, HttpCall call) => call.Fields["X-Admin-Key"] == s.AdminKey;

    private static Func<Link, Message, bool> First(Func<Message, bool> which) => (link, m) => !link.Joined && which(m);

    public static IEnumerable<Mutant> All =>
    [
        new("token-with-200", "PAIR-01", "The second token within a second is answered 200.", "operator-makes-a-token", "201 Created.*200")
            { Orders = s => s.OnReply(call => IsPair(call, "POST") && s.Count("made") > 1, reply => reply.Status = reply.Status == 201 ? 200 : reply.Status) },
        new("token-in-capitals", "PAIR-02", "The digits of a token are in capitals.", "operator-makes-a-token", "valid pair-response")
            { Orders = s => s.OnReply(call => IsPair(call, "POST") && s.Count("made") > 1, reply => reply.Edit(json => json["token"] = "oc_pair_" + json["token"]!.ToString()[8..].ToUpperInvariant())) },
        new("token-of-16-digits", "PAIR-02", "A token has 16 digits.", "operator-makes-a-token", "valid pair-response")
            { Orders = s => s.OnReply(call => IsPair(call, "POST") && s.Count("made") > 1, reply => reply.Edit(json => json["token"] = json["token"]!.ToString()[..24])) },
        new("token-from-the-clock", "PAIR-03", "The first digits of a token are the hour.", "tokens-have-nothing-in-common", "128 random bits")
            { Orders = s => s.OnReply(call => IsPair(call, "POST") && s.Count("made") > 1, reply => reply.Edit(json => json["token"] = "oc_pair_000765b0" + json["token"]!.ToString()[16..])) },
        new("any-key", "PAIR-04", "Any admin key is accepted where there is one.", "making-a-token-with-a-wrong", "401 Unauthorized.*201 Created")
            { Orders = s => s.EditCall(call => IsPair(call, "POST") && call.Fields["X-Admin-Key"] is not null, call => call.Fields["X-Admin-Key"] = s.AdminKey) },
        new("no-key-needed", "PAIR-04", "Making a token needs no admin key.", "making-a-token-without", "401 Unauthorized.*201 Created")
            { Orders = s => s.EditCall(call => IsPair(call, "POST"), call => call.Fields["X-Admin-Key"] ??= s.AdminKey) },
        new("deletes-and-then-looks", "PAIR-04", "A token is deleted before the key is looked at; the answer is 401.", "deleting-a-token-with-a-wrong", "byte for byte.*received chat\\.error UNAUTHORIZED|receives.*ended by the relay")
            {
                Orders = s => s.Http = async (call, ask) =>
                {
                    var wrong = IsToken(call, "DELETE") && !IsKeyRight(s, call);
                    if (wrong)
                        call.Fields["X-Admin-Key"] = s.AdminKey;
                    var reply = await ask();
                    return wrong ? HttpReply.Of(401, """{"code":"UNAUTHORIZED","message":"wrong key"}""") : reply;
                },
            },
        new("pair-lists-tokens", "PAIR-05", "GET on the pairing path is answered 200.", "get-on-the-pairing-path", "405.*200")
            { Orders = s => s.OnCall(call => IsPair(call, "GET"), _ => HttpReply.Of(200, "{}")) },
        new("pair-for-cors", "PAIR-05", "OPTIONS on the pairing path is answered 204.", "options-on-the-pairing-path", "405.*204")
            { Orders = s => s.OnCall(call => IsPair(call, "OPTIONS"), _ => HttpReply.Of(204)) },
        new("tokens-in-memory", "PAIR-07", "Tokens are forgotten at a restart.", "a-token-outlives-a-restart", "auth.ok.*auth.fail")
            { Restarts = (relay, _) => relay.Stopped = _ => { File.Delete(relay.Database); return Task.CompletedTask; } },
        new("presence-is-cached", "PAIR-08", "The presence of a token is answered from a cache.", "presence-over-http", "phone true.*phone is False")
            {
                Orders = s => s.Http = async (call, ask) =>
                {
                    var reply = await ask();
                    if (IsToken(call, "GET"))
                    {
                        var cached = s.Recall<List<HttpReply>>(call.Path);
                        cached.Add(reply);
                        return cached[0];
                    }

                    return reply;
                },
            },
        new("presence-stays", "PAIR-08", "A phone that has left is still present.", "presence-over-http", "phone false.*phone is True")
            { Orders = s => s.OnReply(call => IsToken(call, "GET") && s.Of(TokenOf(call)).Any(link => link.Role == "agent"), reply => reply.Edit(json => json["phone"] = true)) },
        new("unknown-token-is-a-fault", "PAIR-09", "An unknown token is answered 500.", "an-unknown-token-has-nobody", "200 OK.*500")
            { Orders = s => s.OnReply(call => IsToken(call, "GET"), reply => reply.Status = reply.Status == 404 ? 500 : reply.Status) },
        new("odd-token-is-a-bad-request", "PAIR-09", "A token of no form is answered 400.", "an-unknown-token-has-nobody-nonsense", "200 OK.*400")
            { Orders = s => s.OnReply(call => IsToken(call, "GET") && TokenOf(call) == "nonsense", reply => reply.Status = 400) },
        new("deleted-with-200", "PAIR-10", "A deletion is answered 200.", "a-deleted-token-is-gone", "204.*200")
            { Orders = s => s.OnReply(call => IsToken(call, "DELETE"), reply => reply.Status = reply.Status == 204 ? 200 : reply.Status) },
        new Mutant("deleted-but-connected", "PAIR-11", "The connections of a deleted token stay.", "a-deleted-token-is-gone", "the phone's connection is closed.*still open").KeepingDeleted(link => true),
        new Mutant("deleted-agent-stays", "PAIR-11", "Of a deleted token only the phone is closed.", "a-deleted-token-is-gone", "the agent's connection is closed.*still open").KeepingDeleted(link => link.Role == "agent"),
        new("deleted-without-a-word", "PAIR-75", "The connections of a deleted token are closed without the error.", "connections-of-a-deleted-token-are-told", "UNAUTHORIZED.*ended")
            { Orders = s => s.DropDown((link, m) => link.Joined && m.Code == "UNAUTHORIZED") },
        new("deleted-token-in-a-cache", "PAIR-12", "A deleted token is still accepted from a cache.", "a-deleted-token-is-gone", "auth.fail UNAUTHORIZED.*auth.ok")
            {
                Orders = s =>
                {
                    s.OnReply(call => IsToken(call, "DELETE") && s.Count(TokenOf(call)) > 0, _ => { });
                    s.OnUp(First(m => m.Type == "auth" && s.Count(m.Payload("token") ?? "", 0) > 0), (link, _) => link.ToClientAsync(Link.Envelope("auth.ok", """{"paired":false}""")));
                },
            },
        new("half-a-message-of-a-deleted-token", "PAIR-13", "A message that was begun before its token was deleted is still forwarded.", "half-received-when-its-token", "never receives it.*received chat\\.send")
            {
                Orders = s =>
                {
                    s.OnUpFrame((_, f) => !f.IsControl && (f.Opcode == 0 || !f.Fin), async (link, f) =>
                    {
                        link.Recall<List<byte>>("half").AddRange(f.Payload);
                        if (f.Fin && link.Peer is { } peer)
                            await peer.ToClientAsync(new Message([.. link.Recall<List<byte>>("half")]));
                    });
                    s.Down = async (link, m) =>
                    {
                        if (m.Code == "UNAUTHORIZED" && link.Joined)
                            await Task.Delay(500, s.Stopping);
                        await link.ToClientAsync(m);
                    };
                    s.Keeps = link => link.Role == "phone";
                },
            },
        new("deleted-twice-is-a-conflict", "PAIR-15", "The second deletion of a token is answered 409.", "deleting-a-token-that-is-not-there", "204 NoContent.*409")
            { Orders = s => s.OnReply(call => IsToken(call, "DELETE"), reply => reply.Status = reply.Status == 404 ? 409 : reply.Status) },

        new("registered-with-200", "PAIR-16", "A registration is answered 200.", "an-address-may-register", "201.*200")
            { Orders = s => s.OnReply(IsRegister, reply => reply.Status = reply.Status == 201 ? 200 : reply.Status) },
        new("registers-one-less", "PAIR-17", "The last registration of the hour is refused.", "an-address-may-register", "registration 5 of 5")
            { Options = o => o with { Limits = o.Limits with { RegistrationsPerHour = 4 } } },
        new("registers-one-more", "PAIR-18", "One registration more than configured is accepted.", "an-address-may-register", "429 TooManyRequests.*201")
            { Options = o => o with { Limits = o.Limits with { RegistrationsPerHour = 6 } } },
        new("no-retry-after", "PAIR-18", "Too many registrations are answered without Retry-After.", "an-address-may-register", "Retry-After.*no such header")
            { Orders = s => s.OnReply(IsRegister, reply => reply.Fields["Retry-After"] = null) },
        new("trusts-x-forwarded-for", "PAIR-19", "X-Forwarded-For counts whoever sends it.", "an-address-may-register", "429 TooManyRequests.*201")
            { Orders = s => s.OnReply(call => IsRegister(call) && call.Fields["X-Forwarded-For"] is not null, reply => { reply.Status = 201; reply.Text = $$"""{"token":"oc_pair_{{Guid.NewGuid():N}}"}"""; }) },
        new("port-in-the-key", "PAIR-21", "Registrations are counted by address and source port.", "an-address-may-register", "429 TooManyRequests.*201")
            { Options = o => o with { Limits = o.Limits with { RegistrationsPerHour = 1000 } } },

        new("agent-needs-a-phone", "PAIR-24", "An agent is refused while there is no phone.", "the-agent-comes-first", "auth.ok.*auth.fail")
            { Orders = s => s.OnUp(First(m => m.Payload("role") == "agent" && !s.Of(m.Payload("token")).Any(link => link.Role == "phone")), (link, m) => FailAsync(link, m)) },
        new("always-paired", "PAIR-25", "paired is always true.", "the-phone-comes-first", "while its peer is offline")
            { Orders = s => s.EditPayloadDown((_, m) => m.Type == "auth.ok", payload => payload["paired"] = true) },
        new("paired-with-itself", "PAIR-25", "paired says whether the token has ever had both.", "comes-first", "while its peer is online")
            { Orders = s => s.EditPayloadDown((link, m) => m.Type == "auth.ok" && s.Count("joined " + link.Token) <= 2, payload => payload["paired"] = false) },
        new("no-quota-in-auth-ok", "PAIR-26", "auth.ok says nothing of the quota.", "authentication-tells-the-daily-quota", "with its daily quota")
            { Orders = s => s.EditPayloadDown((_, m) => m.Type == "auth.ok", payload => { payload.Remove("daily_quota_bytes"); payload.Remove("daily_used_bytes"); }) },
        new("fails-with-chat-error", "PAIR-27", "A wrong token is answered chat.error, not auth.fail.", "with-an-unknown-token-is-refused", "auth.fail.*chat.error")
            { Orders = s => s.EditDown((_, m) => m.Type == "auth.fail", json => json["type"] = "chat.error") },
        new("unknown-role-is-a-phone", "PAIR-27", "An unknown role is taken for a phone.", "with-an-unknown-role-is-refused", "auth.fail.*auth.ok")
            { Orders = s => s.OnUp(First(m => m.Payload("role") == "robot"), (link, m) => link.ToRelayAsync(m.WithPayload(payload => payload["role"] = "phone"))) },
        new Mutant("failed-but-open", "PAIR-27", "After auth.fail the connection stays open.", "with-an-empty-token-is-refused", "its connection closed.*still open").Keeping(link => !link.Joined),
        new("missing-role-is-malformed", "PAIR-27", "A missing role is answered INVALID_MESSAGE.", "without-a-role-is-refused", "UNAUTHORIZED.*INVALID_MESSAGE")
            { Orders = s => s.OnUp(First(m => m.Type == "auth" && m.Payload("role") is null), async (link, m) => { await link.RefuseAsync("INVALID_MESSAGE", m); await link.CloseAsync(1008); }) },
        new("token-before-role", "PAIR-28", "A wrong role is answered otherwise when the token is right.", "a-wrong-role-is-answered-alike", "the same answer")
            {
                Orders = s =>
                {
                    s.OnReply(call => IsPair(call, "POST"), reply => reply.Edit(json => s.Count(json["token"]!.ToString())));
                    s.EditPayloadDown((link, m) => m.Type == "auth.fail" && s.Count(link.Token ?? "", 0) > 0, payload => payload["message"] = "unknown role");
                },
            },
        new("token-trimmed", "PAIR-29", "White space around the token is cut off.", "a-space-behind-the-token", "auth.fail.*auth.ok")
            { Orders = s => s.OnUp(First(m => m.Payload("token")?.EndsWith(' ') == true), (link, m) => link.ToRelayAsync(m.WithPayload(payload => payload["token"] = payload["token"]!.ToString().Trim()))) },
        new("token-in-any-case", "PAIR-29", "The token is compared without case.", "the-token-in-capitals", "auth.fail.*auth.ok")
            { Orders = s => s.OnUp(First(m => m.Payload("token")?.StartsWith("OC", StringComparison.Ordinal) == true), (link, m) => link.ToRelayAsync(m.WithPayload(payload => payload["token"] = m.Payload("token")!.ToLowerInvariant()))) },
        new("role-in-any-case", "PAIR-29", "The role is compared without case.", "the-role-in-capitals", "auth.fail.*auth.ok")
            { Orders = s => s.OnUp(First(m => m.Payload("role") is "PHONE" or "Phone"), (link, m) => link.ToRelayAsync(m.WithPayload(payload => payload["role"] = "phone"))) },
        new("ping-before-auth", "PAIR-30", "A ping is answered before authentication.", "begins-with-ping-is-refused", "UNAUTHORIZED.*nothing of the kind")
            { Orders = s => s.OnUp(First(m => m.Type == "ping"), (link, _) => link.ToClientAsync(Link.Envelope("pong", "{}"))) },
        new("ignored-before-auth", "PAIR-30", "What comes before auth is ignored.", "begins-with-hello-is-refused", "UNAUTHORIZED.*nothing of the kind")
            { Orders = s => s.DropUp(First(m => m.Type == "hello")) },
        new Mutant("warned-before-auth", "PAIR-30", "A message before auth is answered with the error, and the connection stays.", "begins-with-chat-send-is-refused", "its connection closed.*still open").Keeping(link => link.Token is null),
        new("nonsense-just-closed", "PAIR-31", "A malformed first message closes the connection without an error.", "begins-with-nonsense", "INVALID_MESSAGE or UNAUTHORIZED.*ended")
            { Orders = s => s.OnUp(First(m => m.Json is null), (link, _) => link.CloseAsync(1008)) },
        new("strangers-are-heard", "PAIR-32", "What comes before auth goes to the newest session.", "not-authenticated-reaches-anybody", "receives nothing.*received chat\\.send")
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
        new Mutant("pings-extend", "PAIR-35", "Every frame begins the authentication time-out anew.", "in-time-is-closed-it-pings", "is closed within.*still open").ExtendingAuth(_ => true),
        new Mutant("fragments-extend", "PAIR-35", "Part of a message begins the authentication time-out anew.", "it-dribbles", "is closed within.*still open").ExtendingAuth(f => !f.IsControl),
        new("half-the-time", "PAIR-71", "The authentication time-out is half of what is configured.", "in-time-is-closed-it-stays-silent", "is given.*was closed after")
            { Options = o => o with { Limits = o.Limits with { AuthTimeout = o.Limits.AuthTimeout / 2 } }, Limits = Mutant.Hasty },
        new("slow-is-unauthorized", "PAIR-76", "A client that is slow to authenticate is told UNAUTHORIZED.", "only-slow-to-authenticate", "no envelope.*(auth.fail|UNAUTHORIZED)")
            {
                Orders = s => s.OnDownFrame((link, f) => !link.Joined && link.Token is null && f.Opcode == Frame.Close, async (link, f) =>
                {
                    await link.ToClientAsync(Link.Envelope("auth.fail", """{"code":"UNAUTHORIZED","message":"too slow"}"""));
                    await link.ToClientAsync(f);
                }),
                Limits = Mutant.Hasty,
            },
        new("auth-below-4096", "PAIR-36", "An auth of 4,096 bytes is refused for its size.", "an-auth-message-as-long", "auth.ok.*MESSAGE_TOO_LARGE")
            { Orders = s => s.OnUp(First(m => m.Bytes.Length >= 4096), async (link, m) => { await link.RefuseAsync("MESSAGE_TOO_LARGE", m); await link.CloseAsync(1009); }) },
        new("auth-of-any-size", "PAIR-37", "An auth may be as large as any message.", "a-longer-message-before", "is refused.*auth.ok")
            { Orders = s => s.OnUp(First(m => m.Type == "auth" && m.Bytes.Length > 4096), (link, m) => link.ToRelayAsync(m.WithPayload(payload => payload.Remove("padding")))) },
        new("too-large-before-auth-stays", "PAIR-67", "A first message that is too large is answered, and the connection stays.", "beyond-every-size", "its connection closed.*still open")
            { Orders = s => s.RefuseUp(First(m => m.Bytes.Length > s.MaxMessageBytes), "MESSAGE_TOO_LARGE") },
        new("second-auth-accepted", "PAIR-38", "A second auth with the same token is answered auth.ok.", "a-second-auth-with-its-token-and-role-phone", "INVALID_MESSAGE.*auth.ok")
            { Orders = s => s.OnUp((link, m) => link.Joined && m.Type == "auth", (link, _) => link.ToClientAsync(Link.Envelope("auth.ok", """{"paired":true}"""))) },
        new("second-auth-fails", "PAIR-38", "A second auth with an unknown token is answered auth.fail.", "a-second-auth-with-an-unknown-token", "INVALID_MESSAGE.*auth.fail")
            { Orders = s => s.OnUp((link, m) => link.Joined && m.Type == "auth", (link, _) => link.ToClientAsync(Link.Envelope("auth.fail", """{"code":"UNAUTHORIZED","message":"no"}"""))) },
        new("second-auth-moves", "PAIR-39", "A second auth is refused, but its token counts from then on.", "a-second-auth-with-the-other-token", "chat.send.*nothing of the kind")
            {
                Orders = s =>
                {
                    s.OnUp((link, m) => link.Joined && m.Type == "auth" && m.Payload("token") != link.Token, (link, m) => { link.Recall<List<string>>("moved").Add(m.Payload("token")!); return link.ToRelayAsync(m); });
                    s.OnUp((link, m) => m.IsForwarded && link.Recall<List<string>>("moved").Count > 0,
                        (link, m) => s.Of(link.Recall<List<string>>("moved")[0]).FirstOrDefault(other => other.Role == "agent")?.ToClientAsync(m) ?? Task.CompletedTask);
                },
            },
        new("token-in-the-query", "PAIR-41", "A token in the query of the handshake authenticates.", "a-token-in-the-handshake", "UNAUTHORIZED.*auth\\.ok")
            {
                Orders = s => s.Opened = link => link.Handshake.Path.Split("token=") is [_, var rest]
                    ? link.ToRelayAsync(Link.Envelope("auth", $$"""{"token":"{{rest.Split('&')[0]}}","role":"phone"}"""))
                    : Task.CompletedTask,
            },
    ];

    private static bool IsRegister(HttpCall call) => call.Path == "/api/v1/register";

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

    private static Mutant KeepingDeleted(this Mutant mutant, Func<Link, bool> which) => mutant with
    {
        Orders = s =>
        {
            bool IsDeleted(Link link) => which(link) && s.Count("deleted " + link.Token, 0) > 0;
            s.EditCall(call => IsToken(call, "DELETE"), call => s.Count("deleted " + TokenOf(call)));
            s.Keeps = IsDeleted;
            s.OnDownFrame((link, f) => IsDeleted(link), (_, _) => Task.CompletedTask);
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
