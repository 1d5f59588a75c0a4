using CoralMux.Mutants.Sabotage;

namespace CoralMux.Mutants.Catalog;

/// <summary>Tokens and registration: section 4.1.</summary>
internal static class PairingMutants
{
    private const string Pair = "/api/v1/pair";

    internal static bool IsPair(HttpCall call, string method) => call.Method == method && call.Path == Pair;

    private static bool IsToken(HttpCall call, string method) => call.Method == method && call.Path.StartsWith(Pair + "/", StringComparison.Ordinal);

    private static string TokenOf(HttpCall call) => call.Path[(Pair.Length + 1)..];

    private static bool IsKeyRight(Saboteur s, HttpCall call) => call.Fields["X-Admin-Key"] == s.AdminKey;

    public static IEnumerable<Mutant> All { get; } =
    [
        new("token-with-200", "PAIR-01", "The second token within a second is answered 200.", "operator-makes-a-token", "201 Created.*200")
            { Orders = s => s.OnReply(call => IsPair(call, "POST") && s.Count("made") > 1, reply => reply.Status = reply.Status == 201 ? 200 : reply.Status) },
        new("token-in-capitals", "PAIR-02", "The digits of a token are in capitals.", "operator-makes-a-token", "valid pair-response")
            { Orders = s => s.OnReply(call => IsPair(call, "POST") && s.Count("made") > 1,
                reply => reply.Edit(json => json["token"] = "oc_pair_" + json["token"]!.ToString()[8..].ToUpperInvariant())) },
        new("token-of-16-digits", "PAIR-02", "A token has 16 digits.", "operator-makes-a-token", "valid pair-response")
            { Orders = s => s.OnReply(call => IsPair(call, "POST") && s.Count("made") > 1,
                reply => reply.Edit(json => json["token"] = json["token"]!.ToString()[..24])) },
        new("token-from-the-clock", "PAIR-03", "The first digits of a token are the hour.", "tokens-have-nothing-in-common", "128 random bits")
            { Orders = s => s.OnReply(call => IsPair(call, "POST") && s.Count("made") > 1,
                reply => reply.Edit(json => json["token"] = "oc_pair_000765b0" + json["token"]!.ToString()[16..])) },
        new("any-key", "PAIR-04", "Any admin key is accepted where there is one.", "making-a-token-with-a-wrong", "401 Unauthorized.*201 Created")
            { Orders = s => s.EditCall(call => IsPair(call, "POST") && call.Fields["X-Admin-Key"] is not null,
                call => call.Fields["X-Admin-Key"] = s.AdminKey) },
        new("no-key-needed", "PAIR-04", "Making a token needs no admin key.", "making-a-token-without", "401 Unauthorized.*201 Created")
            { Orders = s => s.EditCall(call => IsPair(call, "POST"), call => call.Fields["X-Admin-Key"] ??= s.AdminKey) },
        new("deletes-and-then-looks", "PAIR-04", "A token is deleted before the key is looked at; the answer is 401.", "deleting-a-token-with-a-wrong",
            "byte for byte.*received chat\\.error UNAUTHORIZED|receives.*ended by the relay")
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
            { Orders = s => s.OnReply(call => IsToken(call, "GET") && s.Of(TokenOf(call)).Any(link => link.Role == "agent"),
                reply => reply.Edit(json => json["phone"] = true)) },
        new("unknown-token-is-a-fault", "PAIR-09", "An unknown token is answered 500.", "an-unknown-token-has-nobody", "200 OK.*500")
            { Orders = s => s.OnReply(call => IsToken(call, "GET"), reply => reply.Status = reply.Status == 404 ? 500 : reply.Status) },
        new("odd-token-is-a-bad-request", "PAIR-09", "A token of no form is answered 400.", "an-unknown-token-has-nobody-nonsense", "200 OK.*400")
            { Orders = s => s.OnReply(call => IsToken(call, "GET") && TokenOf(call) == "nonsense", reply => reply.Status = 400) },
        new("deleted-with-200", "PAIR-10", "A deletion is answered 200.", "a-deleted-token-is-gone", "204.*200")
            { Orders = s => s.OnReply(call => IsToken(call, "DELETE"), reply => reply.Status = reply.Status == 204 ? 200 : reply.Status) },
        new Mutant("deleted-but-connected", "PAIR-11", "The connections of a deleted token stay.", "a-deleted-token-is-gone",
            "the phone's connection is closed.*still open").KeepingDeleted(link => true),
        new Mutant("deleted-agent-stays", "PAIR-11", "Of a deleted token only the phone is closed.", "a-deleted-token-is-gone",
            "the agent's connection is closed.*still open").KeepingDeleted(link => link.Role == "agent"),
        new("deleted-without-a-word", "PAIR-75", "The connections of a deleted token are closed without the error.",
            "connections-of-a-deleted-token-are-told", "UNAUTHORIZED.*ended")
            { Orders = s => s.DropDown((link, m) => link.Joined && m.Code == "UNAUTHORIZED") },
        new("deleted-token-in-a-cache", "PAIR-12", "A deleted token is still accepted from a cache.", "a-deleted-token-is-gone",
            "auth.fail UNAUTHORIZED.*auth.ok")
            {
                Orders = s =>
                {
                    s.OnReply(call => IsToken(call, "DELETE") && s.Count(TokenOf(call)) > 0, _ => { });
                    s.OnUp(AuthenticationMutants.First(m => m.Type == "auth" && s.Count(m.Payload("token") ?? "", 0) > 0),
                        (link, _) => link.ToClientAsync(Link.Envelope("auth.ok", """{"paired":false}""")));
                },
            },
        new("half-a-message-of-a-deleted-token", "PAIR-13", "A message that was begun before its token was deleted is still forwarded.",
            "half-received-when-its-token", "never receives it.*received chat\\.send")
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
        new("deleted-twice-is-a-conflict", "PAIR-15", "The second deletion of a token is answered 409.",
            "deleting-a-token-that-is-not-there", "204 NoContent.*409")
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
            { Orders = s => s.OnReply(call => IsRegister(call) && call.Fields["X-Forwarded-For"] is not null,
                reply => { reply.Status = 201; reply.Text = $$"""{"token":"oc_pair_{{Guid.NewGuid():N}}"}"""; }) },
        new("port-in-the-key", "PAIR-21", "Registrations are counted by address and source port.", "an-address-may-register", "429 TooManyRequests.*201")
            { Options = o => o with { Limits = o.Limits with { RegistrationsPerHour = 1000 } } },

    ];

    private static bool IsRegister(HttpCall call) => call.Path == "/api/v1/register";

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
}
