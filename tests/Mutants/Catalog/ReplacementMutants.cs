using CoralMux.Mutants.Sabotage;
using static CoralMux.Mutants.Catalog.PresenceMutants;

namespace CoralMux.Mutants.Catalog;

/// <summary>Replacement: section 4.4.</summary>
internal static class ReplacementMutants
{
    /// <summary>Stands for a message that is counted and does not arrive.</summary>
    private const string Cost = "system.cost";

    private static Link? Holder(Saboteur s, Message auth) => s.Of(auth.Payload("token"))
        .LastOrDefault(link => link.Role == auth.Payload("role") && !link.IsOver);

    private static bool IsReplaced(Link link) => link.Recall<List<int>>("replaced").Count > 0;

    public static IEnumerable<Mutant> All { get; } =
    [
        new("first-wins", "PAIR-49", "The connection that holds a role keeps it; a newcomer is refused.",
            "the-newest-connection-of-a-role-wins", "auth.ok.*auth\\.fail")
            {
                Orders = s => s.OnUp((link, m) => !link.Joined && m.Type == "auth" && Holder(s, m) is not null, async (link, m) =>
                {
                    await link.ToClientAsync(Link.Error("UNAUTHORIZED", m).With(json => json["type"] = "auth.fail"));
                    await link.CloseAsync(4409);
                }),
            },
        new("opened-last-wins", "PAIR-74", "The connection that was opened last holds the role.", "the-auth-accepted-last", "auth.ok.*auth\\.fail")
            {
                Orders = s => s.OnUp((link, m) => !link.Joined && m.Type == "auth" && Holder(s, m) is { } holder
                    && holder.Number > link.Number, async (link, m) =>
                {
                    await link.ToClientAsync(Link.Error("UNAUTHORIZED", m).With(json => json["type"] = "auth.fail"));
                    await link.CloseAsync(4409);
                }),
            },
        new Mutant("replaced-stays-open", "PAIR-50", "The replaced connection is left open.", "the-newest-connection-of-a-role-wins",
            "(phone|agent)'s connection is closed.*still open").KeepingReplaced(_ => { }),
        new("replaced-with-1000", "PAIR-51", "The replaced connection is closed with 1000.", "told-so-by-its-close-code", "4409.*1000")
            { Orders = s => s.CloseWith(4409, 1000) },
        new Mutant("replaced-still-speaks", "PAIR-52", "What comes on the replaced connection is still forwarded.", "neither-speaks-nor-hears",
            "receives nothing.*received chat\\.send")
            .KeepingReplaced(s => s.OnUp((link, m) => m.Type == "chat.send" && IsReplaced(link), (link, m) => link.Peer!.ToClientAsync(m))),
        new Mutant("replaced-still-hears", "PAIR-52", "What is sent to the newcomer goes to the replaced connection too.", "neither-speaks-nor-hears",
            "never receives it.*received chat\\.done")
            .KeepingReplaced(s => s.OnDown((_, m) => m.IsForwarded, async (link, m) =>
            {
                foreach (var older in s.Of(link.Token).Where(other => other.Role == link.Role && other.Number < link.Number))
                    await older.ToClientAsync(m);
                await link.ToClientAsync(m);
            })),
        new("old-end-takes-the-newcomer", "PAIR-53", "The end of the replaced connection ends the session's current one.",
            "the-newest-connection-of-a-role-wins", "no further status.*offline|ended by the relay")
            {
                Orders = s => s.Ended = link =>
                {
                    if (s.Of(link.Token).LastOrDefault(other => other.Role == link.Role && other.Number > link.Number) is { } newcomer)
                        newcomer.Cut();
                    return Task.CompletedTask;
                },
            },
        new("old-end-takes-the-role-offline", "PAIR-53", "The end of the replaced connection takes the role offline.", "the-newest-connection-of-a-role-wins",
            "newcomer (phone|agent) receives")
            {
                Orders = s =>
                {
                    s.OnDownFrame((_, f) => f.CloseCode == 4409,
                        async (link, f) => { s.Count($"offline {link.Token} {link.Role}"); await link.ToClientAsync(f); });
                    s.RefuseUp((link, m) => m.IsForwarded
                        && s.Count($"offline {link.Token} {(link.Role == "phone" ? "agent" : "phone")}", 0) > 0, "PEER_OFFLINE");
                },
            },
        new("replacement-in-silence", "PAIR-78", "The peer of a replaced connection is told nothing: the role was never away.",
            "the-newest-connection-of-a-role-wins", "status online.*no such message")
            { Orders = s => s.OnReplacement((_, _) => Task.CompletedTask) },
        new("replacement-told-late", "PAIR-78", "The news of a replacement is sent from a queue of its own, behind the newcomer's first messages.",
            "between-what-the-two-connections-say", "status online for the (phone|agent) between")
            { Orders = s => s.OnReplacement((link, m) => LaterAsync(s, () => link.ToClientAsync(m))) },
        new("replacement-told-early", "PAIR-78", "The news of a replacement overtakes what the old connection said last.",
            "between-what-the-two-connections-say", "status online for the (phone|agent) between")
            {
                Orders = s =>
                {
                    // The last of a phone's burst but one stays behind until the news has passed it.
                    s.OnDown((link, m) => m.IsForwarded && s.Count($"to {link.Number}") == 29,
                        (link, m) => { link.Recall<List<Message>>("held").Add(m); return Task.CompletedTask; });
                    s.OnReplacement(async (link, m) =>
                    {
                        await link.ToClientAsync(m);
                        foreach (var held in link.Recall<List<Message>>("held"))
                            await link.ToClientAsync(held);
                    });
                },
            },
        new("replacement-told-twice", "PAIR-79", "A replacement is announced by the old connection's end and by the new one's auth.",
            "the-newest-connection-of-a-role-wins", "no further status.*status")
            { Orders = s => s.OnReplacement(async (link, m) => { await link.ToClientAsync(m); await link.ToClientAsync(Status("online")); }) },
        new("replacement-as-leaving-and-coming", "PAIR-79", "A replacement is announced as if the peer had left and come back.",
            "the-newest-connection-of-a-role-wins", "status online.*offline")
            { Orders = s => s.OnReplacement(async (link, m) => { await link.ToClientAsync(Status("offline")); await link.ToClientAsync(m); }) },
        new Mutant("replaced-costs-rate", "PAIR-80", "What comes on the replaced connection is dropped after it was counted against the rate.",
            "costs-nothing-of-the-rate", "of the burst of.*no such message")
            .KeepingReplaced(s =>
            {
                s.OnUp((link, m) => m.IsForwarded && IsReplaced(link),
                    (link, _) => s.Of(link.Token).Last(other => other.Role == link.Role).ToRelayAsync(Link.Envelope(Cost, "{}")));
                s.DropDown((_, m) => m.Type == Cost);
            }),
        new Mutant("replaced-costs-quota", "PAIR-80", "What comes on the replaced connection is dropped after it was counted against the quota.",
            "costs-nothing-of-the-quota", "daily_used_bytes.*it says")
            .KeepingReplaced(s =>
            {
                s.OnUp((link, m) => m.IsForwarded && IsReplaced(link),
                    (link, m) => { s.Count("more " + link.Token, m.Bytes.Length); return Task.CompletedTask; });
                s.EditPayloadDown((_, m) => m.Type == "auth.ok", payload => payload["daily_used_bytes"] =
                    (long)payload["daily_used_bytes"]! + s.Links.Where(link => link.Joined).Select(link => link.Token).Distinct()
                        .Sum(token => s.Count("more " + token, 0)));
            }),
        new Mutant("replaced-is-answered", "PAIR-81", "What comes on the replaced connection is answered PEER_OFFLINE.", "still-sends-is-not-answered",
            "no answer for the phone.*chat\\.error")
            .KeepingReplaced(s => s.OnUp((link, m) => m.IsForwarded && IsReplaced(link), (link, m) => link.RefuseAsync("PEER_OFFLINE", m))),
    ];

    /// <summary>What becomes of a status online to a client that knows its peer to be there.</summary>
    private static void OnReplacement(this Saboteur saboteur, Func<Link, Message, Task> act) =>
        saboteur.OnDown((_, m) => m.Type is "auth.ok" or "status", (link, m) =>
        {
            var known = link.Recall<List<bool>>("known");
            var wasThere = known.LastOrDefault();
            known.Add(m.Payload("paired") == "true" || m.Payload("peer") == "online");
            return wasThere && IsStatus(m, "online") ? act(link, m) : link.ToClientAsync(m);
        });

    /// <summary>The relay closes a replaced connection; its client does not learn of it, and the saboteur goes on with it.</summary>
    private static Mutant KeepingReplaced(this Mutant mutant, Action<Saboteur> more) => mutant with
    {
        Orders = s =>
        {
            s.Keeps = IsReplaced;
            more(s);
            var down = s.Down;
            s.DownFrame = (link, f) =>
            {
                if (f.CloseCode != 4409)
                    return down is null || f.IsControl ? link.ToClientAsync(f) : down(link, new Message(f.Payload, f.Opcode == Frame.Text));
                link.Recall<List<int>>("replaced").Add(1);
                return Task.CompletedTask;
            };
        },
    };
}
