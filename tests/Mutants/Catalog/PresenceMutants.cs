using CoralMux.Mutants.Sabotage;

namespace CoralMux.Mutants.Catalog;

/// <summary>Presence and forwarding: sections 4.3 and 4.5.</summary>
internal static class PresenceMutants
{
    internal static bool IsStatus(Message m, string peer) => m.Type == "status" && m.Payload("peer") == peer;

    internal static Message Status(string peer) => Link.Envelope("status", $$"""{"peer":"{{peer}}"}""");

    public static IEnumerable<Mutant> All { get; } =
    [
        new("online-once", "PAIR-42", "status online is sent for the first arrival only.", "each-coming-and-going", "status online.*no such message")
            { Orders = s => s.DropDown((link, m) => IsStatus(m, "online") && !link.First("online")) },
        new("offline-never", "PAIR-43", "status offline is not sent.", "each-coming-and-going", "status offline.*no such message")
            { Orders = s => s.DropDown((_, m) => IsStatus(m, "offline")) },
        new("reset-not-noticed", "PAIR-43", "A connection that was reset is taken for alive until it is silent for too long.", "cut-off-by-its-network",
            "status offline.*no such message")
            { Orders = s => s.HidesEnds = true, Limits = Mutant.Patient with { PingIntervalMs = 30_000, IdleTimeoutMs = 60_000 } },
        new("offline-twice", "PAIR-79", "status offline is sent at the close frame and again at the end of TCP.", "each-coming-and-going",
            "no further status.*status")
            { Orders = s => s.OnDown((_, m) => IsStatus(m, "offline"),
                async (link, m) => { await link.ToClientAsync(m); await link.ToClientAsync(Status("offline")); }) },
        new("newcomer-told-too", "PAIR-45", "A newcomer gets status online for a peer that was there before.", "a-newcomer-learns-of-its-peer",
            "no further status.*status")
            {
                Orders = s => s.OnDown((_, m) => m.Type == "auth.ok", async (link, m) =>
                {
                    await link.ToClientAsync(m);
                    if (link.Peer is not null)
                        await link.ToClientAsync(Status("online"));
                }),
            },
        new("announced-late", "PAIR-46", "status online is sent from a queue of its own, behind the first messages.", "announced-before-it-speaks",
            "online before the message")
            { Orders = s => s.OnDown((_, m) => IsStatus(m, "online"), (link, m) => LaterAsync(s, () => link.ToClientAsync(m))) },
        new("online-when-announced", "PAIR-47", "A peer counts as there only when its arrival has been announced.", "can-be-written-to-at-once",
            "the agent receives.*no such message")
            {
                Orders = s =>
                {
                    s.OnDown((_, m) => IsStatus(m, "online"), (link, m) =>
                        { link.First("told"); return LaterAsync(s, async () => { await link.ToClientAsync(m); link.Recall<List<int>>("told").Add(1); }); });
                    s.RefuseUp((link, m) => m.Type == "chat.send" && link.Peer is { } peer && peer.Number > link.Number
                        && link.Recall<List<int>>("told").Count == 0, "PEER_OFFLINE");
                },
            },
        new("offline-overtakes", "PAIR-48", "status offline overtakes what the peer said before it left.", "before-the-news-that-it-left",
            "offline after the message")
            {
                Orders = s => s.OnDown((_, m) => m.Type == "chat.stream", (link, m) =>
                {
                    var tail = link.Recall<List<Task>>("tail");
                    var before = tail.LastOrDefault(Task.CompletedTask);
                    async Task SendAsync()
                    {
                        await before;
                        await Task.Delay(10, s.Stopping);
                        await link.ToClientAsync(m);
                    }

                    tail.Add(SendAsync());
                    return Task.CompletedTask;
                }),
            },

        new("absence-without-a-word", "PAIR-55", "A message to a peer that is away is dropped without a word.", "to-a-peer-that-is-not-there",
            "PEER_OFFLINE.*no such message")
            { Orders = s => s.DropDown((_, m) => m.Code == "PEER_OFFLINE") },
        new("absence-is-a-backend-error", "PAIR-55", "A message to a peer that is away is answered BACKEND_ERROR.", "to-a-peer-that-is-not-there",
            "PEER_OFFLINE.*BACKEND_ERROR")
            { Orders = s => s.EditPayloadDown((_, m) => m.Code == "PEER_OFFLINE", payload => payload["code"] = "BACKEND_ERROR") },
        new("kept-for-the-peer", "PAIR-56", "A message to a peer that is away is refused, and delivered when the peer comes.", "to-a-peer-that-is-not-there",
            "receives nothing.*received chat\\.send")
            {
                Orders = s =>
                {
                    s.OnUp((link, m) => link.Joined && m.IsForwarded && link.Peer is null,
                        (link, m) => { s.Recall<List<Message>>("kept " + link.Token).Add(m); return link.ToRelayAsync(m); });
                    s.OnDown((_, m) => m.Type == "auth.ok", async (link, m) =>
                    {
                        await link.ToClientAsync(m);
                        foreach (var kept in s.Recall<List<Message>>("kept " + link.Token))
                            await link.ToClientAsync(kept);
                    });
                },
            },
        new("error-to-both", "PAIR-57", "An error goes to both sides.", "an-error-goes-to-the-one", "receives nothing.*received chat\\.error")
            {
                Orders = s => s.OnDown((_, m) => m.Code == "INVALID_MESSAGE", async (link, m) =>
                {
                    await link.ToClientAsync(m);
                    if (link.Peer is { } peer)
                        await peer.ToClientAsync(m);
                }),
            },
        new("error-to-the-peer", "PAIR-57", "An error goes to the peer in place of the sender.", "an-error-goes-to-the-one",
            "answered chat.error INVALID_MESSAGE.*no such message")
            { Orders = s => s.OnDown((_, m) => m.Code == "INVALID_MESSAGE", (link, m) => (link.Peer ?? link).ToClientAsync(m)) },
        new("phone-may-stream", "PAIR-58", "A phone's chat.stream is forwarded.", "a-phone-may-not-send-chat-stream",
            "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((link, m) => link.Role == "phone" && m.Type == "chat.stream") },
        new("results-of-chat-only", "PAIR-58", "Only the results of known requests are kept from phones, not those of files.", "a-phone-may-not-send-file",
            "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((link, m) => link.Role == "phone" && m.Type == "file.list.result") },
        new("phone-rule-is-silent", "PAIR-58", "What a phone may not send is dropped without a word.", "a-phone-may-not-send-chat-tool",
            "INVALID_MESSAGE.*no such message")
            { Orders = s => s.DropUp((link, m) => link.Role == "phone" && m.Type == "chat.tool_status") },
        new("agents-restricted", "PAIR-59", "An agent's requests are refused as a phone's results are.", "what-a-phone-usually-sends-agent",
            "the phone receives.*no such message")
            { Orders = s => s.RefuseUp((link, m) => link.Role == "agent" && m.Type is "agent.list" or "memory.search"
                && link.Role == "agent", "INVALID_MESSAGE") },
        new("to-everybody", "PAIR-60", "A message goes to the agents of all tokens.", "two-pairs-with-two-tokens",
            "receives nothing.*received chat\\.send|another token")
            {
                Orders = s => s.OnUp((link, m) => m.Type == "chat.send" && s.Links.Count(other => other.Joined) >= 6, async (link, m) =>
                {
                    foreach (var other in s.Links.Where(other => other is { Joined: true, Role: "agent" } && other.Token != link.Token))
                        await other.ToClientAsync(m);
                    await link.ToRelayAsync(m);
                }),
            },
        new("back-to-the-sender", "PAIR-61", "A message goes to all connections of the token, the sender's too.", "two-pairs-with-two-tokens",
            "receives nothing.*received chat\\.send")
            {
                Orders = s => s.OnUp((link, m) => m.Type == "chat.send" && s.Links.Count(other => other.Joined) >= 6, async (link, m) =>
                {
                    await link.ToClientAsync(m);
                    await link.ToRelayAsync(m);
                }),
            },
        new("two-swapped", "PAIR-62", "Two writers race: the tenth message overtakes the ninth.", "all-that-both-sides-send",
            "byte for byte.*received [a-z]+\\.")
            {
                Orders = s => s.OnDown((link, m) => m.IsForwarded, async (link, m) =>
                {
                    var held = link.Recall<List<Message>>("held");
                    held.Add(m);
                    if (held.Count == 9)
                        return;
                    await link.ToClientAsync(m);
                    if (held.Count == 10)
                        await link.ToClientAsync(held[8]);
                }),
            },
        new("one-twice", "PAIR-63", "A message whose write was retried is delivered twice.", "all-that-both-sides-send",
            "byte for byte|also received|a second time")
            {
                Orders = s => s.OnDown((link, m) => m.IsForwarded && s.Count($"to {link.Number}") == 12, async (link, m) =>
                {
                    await link.ToClientAsync(m);
                    await link.ToClientAsync(m);
                }),
            },
        new("large-ones-lost", "PAIR-64", "A message that does not fit the write buffer of 16 KiB is lost.", "all-that-both-sides-send",
            "receives message|byte for byte")
            { Orders = s => s.DropDown((_, m) => m.Bytes.Length > 16 * 1024 ) },
        new("full-queue-drops", "PAIR-65", "When a queue is full, messages are dropped without a word.", "stops-reading-loses-nothing", "lost without a word")
            {
                Orders = s => s.DropUp((link, m) => m.Bytes.Length > 1_000_000 && s.Count($"large {link.Number}") > 5),
                Limits = Mutant.Patient with { DailyQuotaBytes = 524_288_000 },
            },
        new("no-room-for-a-large-one", "PAIR-82", "A queue has room for a million bytes; a larger message is answered BACKEND_ERROR.",
            "has-room-for-one-message", "receives the phone's message.*no such message")
            { Orders = s => s.RefuseUp((link, m) => link.Joined && m.Bytes.Length > 1_000_000, "BACKEND_ERROR") },
        new("status-needs-room", "PAIR-82", "A status that finds the queue of a peer full is dropped.", "has-room-for-one-message",
            "status offline.*no such message")
            {
                Orders = s =>
                {
                    s.OnDown((_, m) => m.Bytes.Length > 1_000_000, (link, m) => { link.Recall<List<int>>("full").Add(1); return link.ToClientAsync(m); });
                    s.DropDown((link, m) => m.Type == "status" && link.Recall<List<int>>("full").Count > 0);
                },
            },
        new("one-writer-for-all", "PAIR-66", "One writer serves all connections, and waits for the slowest.", "stops-reading-loses-nothing",
            "the innocent (phone|agent)'s.*no such message")
            {
                Orders = s =>
                {
                    s.OnUp((link, m) => m.Type == "chat.send" && s.Count("flooded", 0) > 2 && m.Bytes.Length < 1_000_000,
                        (_, _) => Task.Delay(Timeout.Infinite, s.Stopping));
                    s.OnUp((_, m) => m.Bytes.Length > 1_000_000, (link, m) => { s.Count("flooded"); return link.ToRelayAsync(m); });
                },
                Limits = Mutant.Patient with { DailyQuotaBytes = 524_288_000 },
            },
    ];

    internal static Task LaterAsync(Saboteur s, Func<Task> act)
    {
        async Task RunAsync()
        {
            await Task.Delay(300, s.Stopping);
            await act();
        }

        _ = RunAsync();
        return Task.CompletedTask;
    }
}
