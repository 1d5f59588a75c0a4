using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CoralMux.Mutants.Sabotage;

namespace CoralMux.Mutants.Catalog;

/// <summary>Differences from the reference relay that conform.</summary>
internal static class VariantCatalog
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static bool IsOwn(Message m) => m.Type is "auth.ok" or "auth.fail" or "status" or "pong" || m is { Type: "chat.error", Code: not "BACKEND_ERROR" };

    public static IReadOnlyList<Variant> All { get; } = new Variant[]
    {
        new("healthy", "", "The reference relay as it is: the positive control."),

        // Takes longest, so it starts first.
        new("far-away", "TRN-04", "Everything takes 300 ms longer.")
            { Orders = FarAway, Undecided = ["chat/a-token-of-an-answer-is-not-held-back-for-the-next",
                "limits/one-less-than-the-burst-the-whole-of-it-and-one-more-from-the-agent"] },

        new("error-then-1009", "TRN-22", "A message that is too large is answered, and the connection closed with 1009.")
            { Orders = s => s.OnDown((_, m) => m.Code == "MESSAGE_TOO_LARGE",
                async (link, m) => { await link.ToClientAsync(m); await link.CloseAsync(1009); }) },
        new("binary-accepted", "TRN-09", "Binary messages are accepted.")
            { Orders = s => s.OnUp((_, m) => !m.IsText, (link, m) => link.ToRelayAsync(new Message(m.Bytes))) },
        new("binary-answered", "TRN-11", "Binary messages are answered INVALID_MESSAGE.")
            { Orders = s => s.OnUp((link, m) => !m.IsText && link.Joined && m.Bytes.Length <= s.MaxMessageBytes,
                (link, m) => link.RefuseAsync("INVALID_MESSAGE", m)) },
        new("binary-closed", "TRN-11", "Binary messages close the connection with 1003.")
            { Orders = s => s.OnUp((link, m) => !m.IsText && link.Joined && m.Bytes.Length <= s.MaxMessageBytes, (link, _) => link.CloseAsync(1003)) },
        new("utf8-answered", "TRN-15", "Text that is not UTF-8 is answered INVALID_MESSAGE.")
            { Orders = s => s.OnUp((link, m) => m.IsText && link.Joined && m.Bytes.Length <= s.MaxMessageBytes && !IsUtf8(m.Bytes),
                (link, m) => link.RefuseAsync("INVALID_MESSAGE")) },
        new("utf8-closed", "TRN-15", "Text that is not UTF-8 closes the connection with 1007.")
            { Orders = s => s.OnUp((link, m) => m.IsText && link.Joined && m.Bytes.Length <= s.MaxMessageBytes && !IsUtf8(m.Bytes),
                (link, _) => link.CloseAsync(1007)) },
        new("violations-cut", "TRN-17", "A framing violation cuts TCP without a close frame.")
            { Orders = s => s.OnDownFrame((_, f) => f.CloseCode == 1002, (link, _) => { link.Cut(); return Task.CompletedTask; }) },
        new("sends-fragments", "TRN-08", "Messages go out in frames of 1,000 bytes, with pings in between.")
            {
                Orders = s => s.OnDownFrame((_, f) => f is { IsControl: false, Payload.Length: > 1_000 and < 100_000 }, async (link, f) =>
                {
                    for (var at = 0; at < f.Payload.Length; at += 1_000)
                    {
                        var end = Math.Min(f.Payload.Length, at + 1_000);
                        await link.ToClientAsync(Frame.Of(
                            at == 0 ? Frame.Text : Frame.Continuation, f.Payload.AsSpan(at, end - at), fin: end == f.Payload.Length));
                        await link.ToClientAsync(Frame.Of(Frame.Ping, "between"u8));
                    }
                }),
            },
        new("compresses", "TRN-25", "permessage-deflate is negotiated with those that offer it.")
            { Orders = s => s.Compresses((link, m, _) => m is null ? link.CloseAsync(1007)
                : m.Bytes.Length > s.MaxMessageBytes ? link.RefuseAsync("MESSAGE_TOO_LARGE", m) : link.ToRelayAsync(m)) },
        new("unasked-pongs", "RFC 6455, 5.5.3", "A WebSocket pong that nobody asked for comes before each message.")
            { Orders = s => s.OnDownFrame((link, f) => !f.IsControl || f.Opcode == Frame.Pong,
                async (link, f) => { await link.ToClientAsync(Frame.Of(Frame.Pong, [])); await link.ToClientAsync(f); }) },
        new("handshake-in-lower-case", "RFC 9112, 5", "The header names of the handshake's answer are in lower case, and there are more of them.")
            {
                Orders = s => s.OnReply(call => call.IsHandshake, reply =>
                {
                    foreach (var name in new List<string> { "Upgrade", "Sec-WebSocket-Accept", "Connection" })
                    {
                        if (reply.Fields[name] is { } value)
                            reply.Fields[name.ToLowerInvariant()] = value;
                    }

                    reply.Fields["x-relay"] = "coral, or so";
                    reply.Fields["Set-Cookie"] = "seen=1";
                }),
            },
        new("handshake-426", "TRN-03", "What is no handshake is answered 426.")
            { Orders = s => s.OnReply(call => call.IsHandshake && call.Method == "GET",
                reply => { if (reply.Status is 400 or 426) { reply.Status = 426; reply.Fields["Sec-WebSocket-Version"] = "13"; } }) },

        new("more-members", "ENV-05", "The relay's envelopes and their payloads have members of its own.")
            {
                Orders = s => s.EditDown((_, m) => IsOwn(m), json =>
                {
                    json["relay"] = new JsonObject { ["version"] = "0.9" };
                    if (json["type"]!.ToString() != "pong")
                        json["payload"]!["x_hint"] = new JsonArray(1, 2);
                }),
            },
        new("other-order", "ENV-02", "The relay writes its envelopes indented and in another order.")
            { Orders = s => s.OnDown((_, m) => IsOwn(m), (link, m) => link.ToClientAsync(Message.Of(
                new JsonObject(m.Json!.Reverse().Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))).ToJsonString(Indented)))) },
        new("other-texts", "ERR-01", "The messages of errors are in another language.")
            { Orders = s => s.EditPayloadDown((_, m) => m.Code is not null && IsOwn(m), payload => payload["message"] = "пожалуйста, нет") },
        new("clock-ahead", "ENV-02", "The relay's clock is an hour ahead.")
            { Orders = s => s.EditDown((_, m) => IsOwn(m), json => json["ts"] = (long)json["ts"]! + 3_600_000) },
        new("id-required", "ENV-11", "An envelope whose id or ts is missing or malformed is refused.")
            { Orders = s => s.RefuseUp((link, m) => link.Joined && m.IsForwarded && HasPayload(m)
                && (!Guid.TryParse(m.Id, out _) || m.Json!["ts"] is not JsonValue ts || !ts.TryGetValue<long>(out _)), "INVALID_MESSAGE") },
        new("deep-refused", "ENV-30", "A payload nested deeper than 64 is refused.")
            { Orders = s => s.RefuseUp((link, m) => link.Joined && m.Bytes.Length < 100_000
                && m.Text.Contains(new string('[', 64), StringComparison.Ordinal), "INVALID_MESSAGE") },
        new("odd-types-refused", "ENV-29", "Types that are long or of an odd form are refused.")
            { Orders = s => s.RefuseUp((link, m) => link.Joined
                && (m.Type?.Length > 128 || m.Type?.Contains(' ', StringComparison.Ordinal) == true || m.Type?.Split('.').Length > 3), "INVALID_MESSAGE") },
        new("doubles-refused", "ENV-31", "A second v, id or ts is refused.")
            { Orders = s => s.OnUp((link, m) => link.Joined && m.Bytes.Length < 100_000 && HasDoubles(m.Text),
                (link, m) => link.RefuseAsync("INVALID_MESSAGE")) },
        new("pings-envelopes", "KEEP-10", "The relay sends ping envelopes of its own.")
            { Orders = s => s.OnDown((_, m) => m.Type is "auth.ok" || m.IsForwarded,
                async (link, m) => { await link.ToClientAsync(m); await link.ToClientAsync(Link.Envelope("ping", "{}")); }) },

        new("chat-error-before-auth", "PAIR-30", "Before authentication errors are chat.error, except for an auth.")
            { Orders = s => s.EditDown((link, m) => m.Type == "auth.fail" && link.Token is null && link.Role is null, json => json["type"] = "chat.error") },
        new("nonsense-is-unauthorized", "PAIR-31", "A malformed first message is answered UNAUTHORIZED.")
            { Orders = s => s.EditPayloadDown((link, m) => !link.Joined && m.Code == "INVALID_MESSAGE", payload => payload["code"] = "UNAUTHORIZED") },
        new("long-first-just-closed", "PAIR-37", "A first message over 4,096 bytes closes the connection with 1009, without an error.")
            { Orders = s => s.OnUp((link, m) => !link.Joined && m.Bytes.Length > 4096, (link, _) => link.CloseAsync(1009)) },
        new("unknown-token-200", "PAIR-09", "An unknown token's presence is answered 200 with nobody there.")
            { Orders = s => s.OnReply(call => call.Method == "GET" && call.Path.StartsWith("/api/v1/pair/", StringComparison.Ordinal),
                reply => { if (reply.Status == 404) { reply.Status = 200; reply.Text = """{"phone":false,"agent":false}"""; } }) },
        new("deleted-again-204", "PAIR-15", "The deletion of an unknown token is answered 204.")
            {
                Orders = s => s.OnReply(call => call.Method == "DELETE" && call.Path.StartsWith("/api/v1/pair/", StringComparison.Ordinal), reply =>
                {
                    if (reply.Status != 404)
                        return;
                    reply.Status = 204;
                    reply.Body = [];
                    reply.Fields["Content-Type"] = reply.Fields["Content-Length"] = null;
                }),
            },
        new("offline-after-two-seconds", "PAIR-43", "status offline comes two seconds late.")
            { Orders = s => s.OnDown((_, m) => m.Type == "status" && m.Payload("peer") == "offline",
                async (link, m) => { await Task.Delay(2_000, s.Stopping); await link.ToClientAsync(m); }) },
        new("no-room-is-an-error", "PAIR-65", "When a peer reads slowly, its sender is answered BACKEND_ERROR.")
            { Orders = s => s.OnUp((link, m) => link.Joined && m.Bytes.Length is > 1_000_000 and < 1_100_000 && s.Count($"large {link.Number}") > 6,
                (link, m) => link.RefuseAsync("BACKEND_ERROR", m, 500)) },
        new("stalled-is-closed", "PAIR-68", "A reader that takes nothing for a second is closed with 1013.")
            { Options = o => o with { Limits = o.Limits with { StallTimeout = TimeSpan.FromSeconds(1) } } },
        new("hundred-refusals-close", "LIM-12", "After 101 refusals within a minute the connection is closed with 1008.")
            { Orders = s => s.OnDown((link, m) => link.Joined && m.Code is not null && IsOwn(m),
                async (link, m) => { await link.ToClientAsync(m); if (s.Count($"refused {link.Number}") > 100) await link.CloseAsync(1008); }) },
        new("quota-not-crossed", "LIM-22", "A message that would cross the quota is refused.")
            {
                Orders = s =>
                {
                    s.OnDown((_, m) => m.IsForwarded && !IsOwn(m),
                        (link, m) => { s.Count("used " + link.Token, m.Bytes.Length); return link.ToClientAsync(m); });
                    s.OnUp((link, m) => link.Joined && m.IsForwarded && m.Bytes.Length > 100_000 && m.Bytes.Length <= s.MaxMessageBytes
                        && s.Count("used " + link.Token, 0) is var used && used < Setup.Balanced.DailyQuotaBytes
                        && used + m.Bytes.Length > Setup.Balanced.DailyQuotaBytes,
                        (link, m) => link.RefuseAsync(
                            "DAILY_QUOTA_EXCEEDED", m, (long)(TimeSpan.FromDays(1) - TimeProvider.System.GetUtcNow().TimeOfDay).TotalMilliseconds + 1));
                },
            },
        new("rate-wait-a-second-more", "LIM-37", "The wait for a permit is almost a second longer than need be.")
            { Orders = s => s.EditPayloadDown(
                (_, m) => m.Code == "RATE_LIMITED", payload => payload["retry_after_ms"] = (long)payload["retry_after_ms"]! + 900) },
        new("quota-wait-a-second-more", "LIM-23", "The wait for a quota is a second longer than need be.")
            { Orders = s => s.EditPayloadDown(
                (_, m) => m.Code == "DAILY_QUOTA_EXCEEDED", payload => payload["retry_after_ms"] = (long)payload["retry_after_ms"]! + 999) },

        new("more-headers", "OPS-07", "HTTP answers have more headers, and a charset.")
            {
                Orders = s => s.OnReply(call => !call.IsHandshake, reply =>
                {
                    reply.Fields["Server"] = "coral/0.9";
                    reply.Fields["X-Request-Id"] = "17";
                    if (reply.Fields["Content-Type"] == "application/json")
                        reply.Fields["Content-Type"] = "application/json; charset=utf-8";
                }),
            },
        new("more-in-bodies", "OPS-01", "JSON bodies over HTTP have more members.")
            { Orders = s => s.OnReply(call => call.Path != "/metrics" && !call.IsHandshake,
                reply => reply.Edit(json => json["x_more"] = new JsonObject { ["a"] = 1 })) },
        new("degraded", "OPS-01", "Part of the relay does not work: /health says degraded.")
            { Orders = s => s.OnReply(call => call.Path == "/health", reply => reply.Edit(json => json["status"] = "degraded")) },
        new("counts-every-second", "OPS-04", "The counts of /health are up to two seconds old.")
            {
                Orders = s => s.Http = async (call, ask) =>
                {
                    var reply = await ask();
                    if (call.Path != "/health" || call.Method != "GET")
                        return reply;
                    var cache = s.Recall<List<(long At, string Text)>>("health");
                    lock (cache)
                    {
                        if (cache.Count == 0 || TimeProvider.System.GetElapsedTime(cache[^1].At) > TimeSpan.FromSeconds(2))
                            cache.Add((TimeProvider.System.GetTimestamp(), reply.Text));
                        var (connections, sessions) = (
                            JsonNode.Parse(cache[^1].Text)!["connections"]!.DeepClone(), JsonNode.Parse(cache[^1].Text)!["sessions"]!.DeepClone());
                        reply.Edit(json => { json["connections"] = connections; json["sessions"] = sessions; });
                    }

                    return reply;
                },
            },
        new("options-204", "OPS-13", "OPTIONS is answered 204.")
            { Orders = s => s.OnCall(call => call.Method == "OPTIONS" && call.Path == "/health", _ => HttpReply.Of(204)) },
        new("close-reasons", "10.3", "Close frames carry a reason of 123 bytes.")
            { Orders = s => s.OnDownFrame(
                (_, f) => f.CloseCode is not null, (link, f) => link.ToClientAsync(Frame.OfClose(f.CloseCode!.Value, new string('r', 123)))) },
    }.Select(variant => variant with { Limits = Setup.Balanced }).ToList();

    private static void FarAway(Saboteur s)
    {
        var delay = TimeSpan.FromMilliseconds(300);
        s.DownFrame = (link, frame) =>
        {
            var tail = link.Recall<List<Task>>("tail");
            async Task SendAsync(Task before)
            {
                await Task.WhenAll(before, Task.Delay(delay, s.Stopping));
                await link.ToClientAsync(frame);
            }

            var last = SendAsync(tail.LastOrDefault(Task.CompletedTask));
            tail.Clear();
            tail.Add(last);
            return Task.CompletedTask;
        };
        s.Ended = link => link.Recall<List<Task>>("tail").LastOrDefault(Task.CompletedTask);
    }

    private static bool HasPayload(Message m) => m.Json?["payload"] is JsonObject;

    private static bool HasDoubles(string text)
    {
        try
        {
            var top = JsonElement.Parse(text);
            return top.ValueKind == JsonValueKind.Object
                && top.EnumerateObject().GroupBy(member => member.Name).Any(same => same.Count() > 1 && same.Key is "v" or "id" or "ts" && same.Count() > 1);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsUtf8(byte[] bytes)
    {
        try
        {
            new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
