using CoralMux.Mutants.Sabotage;

namespace CoralMux.Mutants.Catalog;

/// <summary>Chapter 10.</summary>
internal static class ErrorMutants
{
    private static bool IsError(Message m) => m.Code is not null and not "BACKEND_ERROR";

    public static IEnumerable<Mutant> All { get; } =
    [
        new("error-without-message", "ERR-01", "An error has no message.", "every-error-has-a-code", "chat\\.error is valid.*/payload/message: is missing")
            { Orders = s => s.EditPayloadDown((_, m) => m.Code == "PEER_OFFLINE", payload => payload.Remove("message")) },
        new("code-of-its-own", "ERR-01", "A phone's forbidden type is answered with a code of its own, FORBIDDEN.", "every-error-has-a-code",
            "INVALID_MESSAGE.*FORBIDDEN")
            { Orders = s => s.EditPayloadDown((_, m) => m.Code == "INVALID_MESSAGE", payload => payload["code"] = "FORBIDDEN") },
        new("error-without-ref", "ERR-02", "An error has no ref.", "names-the-envelope-that-caused-it", "an error with ref.*PEER_OFFLINE")
            { Orders = s => s.EditPayloadDown((_, m) => IsError(m), payload => payload.Remove("ref")) },
        new("ref-is-empty", "ERR-17", "Where there is no id to name, ref is the empty string.", "no-json", "without ref")
            { Orders = s => s.EditPayloadDown((_, m) => m.Code == "INVALID_MESSAGE", payload => payload["ref"] ??= "") },
        new("ref-is-null", "ERR-17", "Where there is no id to name, ref is null.", "one-without-an-id", "without ref")
            { Orders = s => s.EditPayloadDown((_, m) => m.Code == "INVALID_MESSAGE", payload => payload["ref"] ??= null) },
        new("ref-of-the-error", "ERR-17", "ref is the id of the error itself.", "its-cause-one-with-an-id", "an error with ref")
            { Orders = s => s.EditDown((_, m) => m.Code == "INVALID_MESSAGE", json => json["payload"]!["ref"] = json["id"]!.ToString()) },
        new("error-twice", "ERR-03", "A refusal for role is answered by the role check, and again by the router.", "one-refusal-one-error",
            "receives nothing.*received chat\\.error")
            { Orders = s => s.OnDown((_, m) => m.Code == "INVALID_MESSAGE",
                async (link, m) => { await link.ToClientAsync(m); await link.ToClientAsync(m.With(json => json["id"] = Guid.NewGuid().ToString())); }) },
        new("refused-and-forwarded", "ERR-04", "A message beyond the rate is answered with the error, and forwarded all the same.",
            "answered-with-an-error-is-not-forwarded", "receives nothing|received the message|byte for byte.*received chat\\.send")
            {
                Orders = s =>
                {
                    s.OnUp((link, m) => m.IsForwarded,
                        (link, m) => { var last = link.Recall<List<Message>>("last"); last.Clear(); last.Add(m); return link.ToRelayAsync(m); });
                    s.OnDown((_, m) => m.Code == "RATE_LIMITED", async (link, m) =>
                    {
                        await link.ToClientAsync(m);
                        await link.Peer!.ToClientAsync(link.Recall<List<Message>>("last")[0]);
                    });
                },
            },
        new("refused-and-closed", "ERR-05", "A connection is closed after INVALID_MESSAGE.", "one-refusal-one-error",
            "ping with pong.*ended by the relay with a close frame with code 1008")
            { Orders = s => s.OnDown((link, m) => link.Joined && m.Code == "INVALID_MESSAGE",
                async (link, m) => { await link.ToClientAsync(m); await link.CloseAsync(1008); }) },
        new("absence-before-rate", "ERR-06", "Whether the peer is there is looked at before the rate.", "rate-and-the-absence", "RATE_LIMITED.*PEER_OFFLINE")
            { Orders = s => s.OnDown((link, m) => m.Code == "RATE_LIMITED" && link.Peer is null,
                (link, m) => link.ToClientAsync(m.WithPayload(payload => payload["code"] = "PEER_OFFLINE"))) },
        new("rate-before-form", "ERR-06", "The rate is looked at before the form.", "form-and-the-rate", "INVALID_MESSAGE.*RATE_LIMITED")
            { Orders = s => s.OnUp((link, m) => link.Joined && m.Text.EndsWith("\"payload\":null}", StringComparison.Ordinal),
                (link, m) => link.RefuseAsync("RATE_LIMITED", m, 2000)) },
        new("rate-before-role", "ERR-06", "The rate is looked at before the role.", "role-and-the-rate", "INVALID_MESSAGE.*RATE_LIMITED")
            { Orders = s => s.OnUp((link, m) => link.Role == "phone" && m.Type == "chat.done", (link, m) => link.RefuseAsync("RATE_LIMITED", m, 2000)) },
        new("absence-before-size", "ERR-06", "Whether the peer is there is looked at before the size.", "size-and-the-absence",
            "MESSAGE_TOO_LARGE.*PEER_OFFLINE")
            { Orders = s => s.RefuseUp((link, m) => m.Bytes.Length > s.MaxMessageBytes && link.Peer is null, "PEER_OFFLINE") },
        new("no-retry-after-ms", "ERR-07", "RATE_LIMITED has no retry_after_ms.", "says-how-long-to-wait", "retry_after_ms greater than 0.*RATE_LIMITED")
            { Orders = s => s.EditPayloadDown((_, m) => m.Code == "RATE_LIMITED", payload => payload.Remove("retry_after_ms")) },
        new("retry-after-zero", "ERR-07", "retry_after_ms is rounded to 0.", "says-how-long-to-wait", "retry_after_ms greater than 0")
            { Orders = s => s.EditPayloadDown((_, m) => m.Code == "RATE_LIMITED", payload => payload["retry_after_ms"] = 0) },
        new("token-in-the-error", "ERR-08", "auth.fail quotes the token.", "an-error-tells-nothing-secret", "in the error.*oc_pair_")
            { Orders = s => s.OnDown((_, m) => m.Type == "auth.fail",
                (link, m) => link.ToClientAsync(m.WithPayload(payload => payload["message"] = $"token {link.Token} or its role is not accepted"))) },
        new("payload-in-an-error", "ERR-08", "An error quotes the payload that it refuses.", "an-error-tells-nothing-secret", "in the error.*canary-")
            { Orders = s => s.OnUp((link, m) => link.Role == "phone" && m.Type == "chat.done",
                (link, m) => link.ToClientAsync(Link.Error("INVALID_MESSAGE", m, text: "not allowed: " + m.Payload("full_text")))) },
        new("garbage-ends-it", "ERR-09", "An unknown opcode with reserved bits ends the process.", "nonsense-of-every-kind",
            "accepts a WebSocket.*answered 502|ended by the relay")
            {
                Orders = s =>
                {
                    s.OnUpFrame((_, f) => f.Opcode == 0xF, (_, _) =>
                    {
                        s.Count("dead");
                        foreach (var link in s.Links)
                            link.Cut();
                        return Task.CompletedTask;
                    });
                    s.OnCall(_ => s.Count("dead", 0) > 0, _ => HttpReply.Of(502));
                },
            },
        new("garbage-spreads", "ERR-10", "A violation in one connection ends another whose buffer it shares.", "nonsense-of-every-kind",
            "chat\\.send.*ended by the relay")
            {
                Orders = s => s.OnUpFrame((link, f) => !link.Joined && f.Opcode == 0xF, (link, f) =>
                {
                    s.Links.Where(other => other is { Joined: true, Role: "agent" }).MaxBy(other => other.Number)?.Cut();
                    return link.ToRelayAsync(f);
                }),
            },
        new("error-and-cut", "ERR-11", "After auth.fail TCP is cut without a close frame.", "followed-by-a-close-frame", "1008.*without a close frame")
            { Orders = s => s.OnDownFrame((link, f) => !link.Joined && f.Opcode == Frame.Close, (_, _) => Task.CompletedTask) },
        new("replaced-closed-late", "ERR-21", "Replaced connections are closed by a sweep every ten seconds.", "that-was-replaced-gets-its-close-frame",
            "close frame for the phone within 5 s.*none within")
            { Orders = s => s.OnDownFrame((_, f) => f.CloseCode == 4409, (link, f) => CloseLateAsync(s, link, f)) },
        new("refused-closed-late", "ERR-21", "After auth.fail the client is waited for, ten seconds, before it is closed.", "an-auth-with-a-wrong-token",
            "close frame for the client within 5 s.*none within")
            { Orders = s => s.OnDownFrame((link, f) => !link.Joined && f.CloseCode == 1008, (link, f) => CloseLateAsync(s, link, f)) },
        new("errors-from-two-places", "ERR-22", "The session's errors go out later than those of the reader.", "in-the-order-of-the-messages",
            "comes next: PEER_OFFLINE.*INVALID_MESSAGE")
            { Orders = s => s.OnDown((_, m) => m.Code == "PEER_OFFLINE", (link, m) => PresenceMutants.LaterAsync(s, () => link.ToClientAsync(m))) },
        new("code-of-the-library", "ERR-12", "Connections are closed with 4000, the library's default.", "closed-with-codes-of-the-table", "table.*4000")
            { Orders = s => s.CloseWith(4409, 4000) },
    ];

    private static async Task CloseLateAsync(Saboteur s, Link link, Frame close)
    {
        await Task.Delay(10_000, s.Stopping);
        await link.ToClientAsync(close);
    }
}
