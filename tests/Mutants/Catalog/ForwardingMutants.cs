using CoralMux.Mutants.Sabotage;

namespace CoralMux.Mutants.Catalog;

/// <summary>Chapters 5 to 8: keys, chat, the other namespaces, keepalive.</summary>
internal static class ForwardingMutants
{
    private static bool IsStatus(Message m, string peer) => m.Type == "status" && m.Payload("peer") == peer;

    public static IEnumerable<Mutant> All { get; } =
    [
        new("keys-from-phones-only", "KEX-01", "An agent's key_exchange is refused.", "public-key-goes-both-ways-from-the-agent",
            "the phone receives.*no such message")
            { Orders = s => s.RefuseUp((link, m) => m.Type == "key_exchange" && link.Role == "agent", "INVALID_MESSAGE") },
        new("sealed-payload-marked", "ENV-13", "An encrypted payload gets a member more.", "an-encrypted-payload-is-forwarded",
            "byte for byte.*received chat\\.")
            { Orders = s => s.OnUp((_, m) => m.Payload("enc") is not null,
                (link, m) => link.ToRelayAsync(m.WithPayload(payload => payload["relayed"] = true))) },
        new("nonce-is-judged", "ENV-21", "An encrypted chat.stream is refused, since it has no delta.", "any-other-chat-stream",
            "the phone receives.*no such message")
            { Orders = s => s.RefuseUp((_, m) => m.Type == "chat.stream" && m.Payload("enc") is not null, "INVALID_MESSAGE") },
        new("keys-first", "KEX-03", "An encrypted payload is refused before both keys have passed.", "an-encrypted-payload-is-forwarded",
            "receives.*no such message")
            { Orders = s => s.RefuseUp((_, m) => m.Payload("enc") is not null, "INVALID_MESSAGE") },
        new("payload-in-health", "KEX-04", "/health shows the last message.", "a-payload-shows-nowhere", "canary reaches the agent alone")
            {
                Orders = s =>
                {
                    s.OnUp((_, m) => m.Payload("text")?.StartsWith("canary", StringComparison.Ordinal) == true,
                        (link, m) => { s.Recall<List<string>>("last").Add(m.Payload("text")!); return link.ToRelayAsync(m); });
                    s.OnReply(call => call.Path == "/health",
                        reply => reply.Edit(json => json["last_message"] = s.Recall<List<string>>("last").LastOrDefault()));
                },
            },
        new("payload-in-the-error", "KEX-04", "An error quotes the message that it refuses.", "a-payload-shows-nowhere", "canary reaches the agent alone")
            { Orders = s => s.OnUp((link, m) => link.Role == "phone" && m.Type == "chat.done",
                (link, m) => link.ToClientAsync(Link.Error("INVALID_MESSAGE", m, text: "refused: " + m.Payload("full_text")))) },

        new("history-unknown", "CHAT-01", "chat.history is not forwarded.", "from-the-phone-to-the-agent-chat-history",
            "the agent receives.*no such message")
            { Orders = s => s.RefuseUp((_, m) => m.Type == "chat.history", "INVALID_MESSAGE") },
        new("tool-status-lost", "CHAT-02", "chat.tool_status is dropped.", "from-the-agent-to-the-phone-chat-tool", "the phone receives.*no such message")
            { Orders = s => s.DropUp((_, m) => m.Type == "chat.tool_status") },
        new("errors-are-mine", "CHAT-03", "A peer's chat.error is taken for the relay's business and dropped.", "an-error-that-the-agent-makes",
            "the phone receives.*no such message")
            { Orders = s => s.DropUp((link, m) => link.Role == "agent" && m.Type == "chat.error") },
        new("phones-make-no-errors", "CHAT-03", "A phone's chat.error is refused.", "an-error-that-the-phone-makes", "the agent receives.*no such message")
            { Orders = s => s.RefuseUp((link, m) => link.Role == "phone" && m.Type == "chat.error", "INVALID_MESSAGE") },
        new("flushed-every-60-ms", "CHAT-09", "Writes are collected for 60 ms.", "a-token-of-an-answer", "as fast as a pong")
            { Orders = s => s.OnDown((_, m) => m.Type == "chat.stream",
                async (link, m) => { await Task.Delay(60, s.Stopping); await link.ToClientAsync(m); }) },
        new("two-at-a-time", "CHAT-09", "A part of an answer waits for the next.", "a-token-of-an-answer", "part [12] of the answer")
            {
                Orders = s => s.OnDown((_, m) => m.Type == "chat.stream", async (link, m) =>
                {
                    var held = link.Recall<List<Message>>("held");
                    held.Add(m);
                    if (held.Count < 2)
                        return;
                    foreach (var one in held)
                        await link.ToClientAsync(one);
                    held.Clear();
                }),
            },
        new("one-word-too-few", "EXT-01", "group.messages is refused: the list of types has group.message only.",
            "a-request-from-the-phone-group-messages", "the agent receives")
            { Orders = s => s.RefuseUp((_, m) => m.Type == "group.messages", "INVALID_MESSAGE") },
        new("results-only", "EXT-02", "From agents only types that end in .result are forwarded outside chat.", "a-result-from-the-agent-group-message",
            "the phone receives.*no such message")
            { Orders = s => s.RefuseUp((link, m) => link.Role == "agent" && m.Type == "group.message", "INVALID_MESSAGE") },
        new("files-one-way", "EXT-03", "Files go from the phone to the agent only.", "files-go-both-ways-from-the-agent",
            "the phone receives.*no such message")
            { Orders = s => s.RefuseUp((link, m) => link.Role == "agent" && m.Type?.StartsWith("file.", StringComparison.Ordinal) == true, "INVALID_MESSAGE") },

        new("deaf-before-auth", "KEEP-01", "WebSocket pings before auth are not answered.", "answered-with-the-same-data", "pong with 'before'")
            { Orders = s => s.OnUpFrame((link, f) => f.Opcode == Frame.Ping && !link.Joined, (_, _) => Task.CompletedTask) },
        new("empty-wire-pong", "KEEP-01", "A WebSocket pong is empty.", "answered-with-the-same-data", "pong with 'before'.*pong with ''")
            { Orders = s => s.OnDownFrame((_, f) => f.Opcode == Frame.Pong, (link, _) => link.ToClientAsync(Frame.Of(Frame.Pong, []))) },
        new("never-pings", "KEEP-02", "The relay sends no WebSocket pings.", "the-relay-pings-on-its-own", "a WebSocket ping every")
            { Orders = s => s.OnDownFrame((_, f) => f.Opcode == Frame.Ping, (_, _) => Task.CompletedTask), Limits = Mutant.Hasty },
        new("silence-for-ever", "KEEP-03", "A silent connection stays.", "silence-ends-a-connection", "is closed within.*still open")
            { Options = o => o with { Limits = o.Limits with { IdleTimeout = TimeSpan.FromHours(1) } }, Limits = Mutant.Hasty },
        new("ended-without-a-word", "KEEP-04", "When silence ends a connection, its peer is not told.", "silence-ends-a-connection",
            "status offline.*no such message")
            { Orders = s => s.DropDown((_, m) => IsStatus(m, "offline")), Limits = Mutant.Hasty },
        new("whole-messages-are-life", "KEEP-05", "Only whole frames count as a sign of life.", "a-message-that-comes-slowly",
            "the agent receives.*no such message|ended by the relay")
            { Orders = s => s.Trickle = _ => Task.CompletedTask, Limits = Mutant.Hasty },
        new("message-timeout", "KEEP-12", "A message must be complete within two seconds.", "a-message-that-comes-slowly",
            "the agent receives.*no such message")
            {
                Orders = s => s.Trickle = async link =>
                {
                    var began = link.Recall<List<long>>("began");
                    began.Add(TimeProvider.System.GetTimestamp());
                    if (TimeProvider.System.GetElapsedTime(began[0]) > TimeSpan.FromSeconds(2))
                        await link.CloseAsync(1008);
                    else
                        await link.ToRelayAsync(Frame.Of(Frame.Pong, []) with { Masked = true });
                },
                Limits = Mutant.Hasty,
            },
        new("half-the-idle-timeout", "KEEP-06", "Silence ends a connection after half of the idle time-out.", "silence-ends-a-connection",
            "is given.*was closed after")
            { Options = o => o with { Limits = o.Limits with { IdleTimeout = o.Limits.IdleTimeout / 2 } }, Limits = Mutant.Hasty },
        new("ping-needs-a-peer", "KEEP-08", "A ping is forwarded to the peer to be answered, and lost without one.", "whether-the-peer-is-there",
            "answered with pong.*no such message")
            { Orders = s => s.DropUp((link, m) => m.Type == "ping" && link.Peer is null) },
        new("ping-needs-a-payload", "KEEP-09", "A ping without a payload is refused.", "a-ping-without-a-payload", "answered with pong.*no such message")
            { Orders = s => s.RefuseUp((_, m) => m.Type == "ping" && !m.Json!.ContainsKey("payload"), "INVALID_MESSAGE") },
    ];
}
