using System.Security.Authentication;
using System.Text;
using CoralMux.Harness.Targets;
using CoralMux.Mutants.Sabotage;

namespace CoralMux.Mutants.Catalog;

/// <summary>Chapter 2.</summary>
internal static class TransportMutants
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static IEnumerable<Mutant> All { get; } =
    [
        new("two-sockets", "TRN-01", "Only the first two WebSockets of an address are accepted.", "bare-handshake", "accepts a WebSocket.*answered 503")
            { Orders = s => s.OnCall(call => call.IsHandshake && s.Count("ws") > 2, _ => HttpReply.Of(503)) },
        new("wants-origin", "TRN-02", "From the third connection of an address on, a handshake without Origin is refused.", "bare-handshake",
            "accepts a WebSocket.*403")
            { Orders = s => s.OnCall(call => call.IsHandshake && s.Count("ws") > 2 && call.Fields["Origin"] is null, _ => HttpReply.Of(403)) },
        new("wants-subprotocol", "TRN-02", "From the third connection of an address on, a handshake without a subprotocol is refused.", "bare-handshake",
            "accepts a WebSocket.*400")
            { Orders = s => s.OnCall(call => call.IsHandshake && s.Count("ws") > 2 && call.Fields["Sec-WebSocket-Protocol"] is null, _ => HttpReply.Of(400)) },
        new("post-is-a-handshake", "TRN-03", "The method of a handshake is not looked at.", "refused-a-post", "another of its kind.*101")
            { Orders = s => s.EditCall(call => call.IsHandshake, call => call.Method = "GET") },
        new("any-version", "TRN-03", "Sec-WebSocket-Version is not looked at.", "refused-an-old-version", "another of its kind.*101")
            { Orders = s => s.EditCall(call => call.Fields["Sec-WebSocket-Version"] is not null, call => call.Fields["Sec-WebSocket-Version"] = "13") },
        new("version-is-optional", "TRN-03", "A handshake without Sec-WebSocket-Version is accepted.", "refused-no-version", "another of its kind.*101")
            { Orders = s => s.EditCall(call => call.IsHandshake, call => call.Fields["Sec-WebSocket-Version"] ??= "13") },
        new("page-at-ws", "TRN-03", "A plain GET of /ws shows a page.", "refused-a-plain-get", "another of its kind.*200")
            { Orders = s => s.OnCall(call => call.IsHandshake && call.Fields["Upgrade"] is null, _ => HttpReply.Of(200, "{}")) },
        new("four-of-an-address", "TRN-04", "At most four connections of one address are accepted.", "many-tokens", "accepts a WebSocket.*503")
            { Orders = s => s.OnCall(call => call.IsHandshake && s.Count("ws") > 4, _ => HttpReply.Of(503)) },

        new("tls-of-1999", "TRN-06", "TLS 1.0 is spoken with whoever offers no better.", "tls-before-1-2", "TLS 1\\.0 is refused.*answered with a ServerHello")
            { Tls = front => front.Grants = version => version == 0x0301 },
        new("tls-1-1-for-old-phones", "TRN-06", "TLS 1.1 is spoken with whoever offers no better.", "tls-before-1-2",
            "TLS 1\\.1 is refused.*answered with a ServerHello")
            { Tls = front => front.Grants = version => version == 0x0302 },
        new("tls-1-2-for-all", "TRN-07", "TLS 1.3 is switched off.", "offers-tls-1-3", "Tls13 is negotiated.*it is Tls12")
            { Tls = front => front.Speaks = SslProtocols.Tls12 },

        new("binary-to-phones", "TRN-08", "What goes to phones is sent as binary.", "from-the-agent-arrives-as-one-text", "text.*binary")
            { Orders = s => s.OnDown((link, m) => link.Role == "phone" && m.IsForwarded,
                (link, m) => link.ToClientAsync(new Message(m.Bytes, isText: false))) },
        new("binary-is-dropped", "TRN-09", "Binary messages are dropped without a word.", "binary-message-may-be-accepted", "receives.*no such message")
            { Orders = s => s.DropUp((_, m) => !m.IsText) },
        new("binary-stays-binary", "TRN-10", "A binary message is delivered as binary.", "binary-message-is-delivered-as-text", "text.*binary")
            { Orders = s => s.OnUp((_, m) => !m.IsText, (link, m) => link.Peer!.ToClientAsync(m)) },
        new("binary-is-a-policy-violation", "TRN-11", "A binary message closes the connection with 1008.", "binary-message-is-delivered-as-text", "1003.*1008")
            { Orders = s => s.OnUp((_, m) => !m.IsText, (link, _) => link.CloseAsync(1008)) },
        new("binary-dropped-silently", "TRN-11", "Binary messages are dropped without a word.", "binary-message-is-delivered-as-text",
            "receives.*no such message")
            { Orders = s => s.DropUp((_, m) => !m.IsText) },
        new("binary-before-size", "TRN-29", "A binary message is refused for form before its size is looked at.", "binary-message-that-is-too-large",
            "MESSAGE_TOO_LARGE.*INVALID_MESSAGE")
            { Orders = s => s.RefuseUp((_, m) => !m.IsText, "INVALID_MESSAGE") },
        new("binary-past-the-roles", "TRN-30", "The role rules are not applied to binary messages.", "same-rules-a-forbidden-type",
            "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((_, m) => !m.IsText && m.Type == "chat.done") },
        new("binary-past-utf8", "TRN-30", "Binary messages are not checked for UTF-8.", "same-rules-no-utf-8", "INVALID_MESSAGE.*peer received the message")
            { Orders = s => s.LetUp((_, m) => !m.IsText && m.Bytes is [0xFF, ..]) },

        new Mutant("sixteen-fragments", "TRN-12", "A message of more than 16 fragments is refused.", "fragments-of-one-byte",
            "receives the phone's message.*no such message")
            { Orders = s => s.OnUpFrame((link, f) => f.Opcode == Frame.Continuation && link.Recall<List<int>>("fragments").Count > 16,
                (link, _) => link.CloseAsync(1009)) }.CountingFragments(),
        new("empty-end-is-no-end", "TRN-12", "An empty last fragment is taken for nothing.", "empty-last-fragment", "the agent receives.*no such message")
            { Orders = s => s.OnUpFrame((_, f) => f is { Opcode: Frame.Continuation, Fin: true, Payload.Length: 0 }, (_, _) => Task.CompletedTask) },
        new("ping-waits-for-the-message", "TRN-13", "A ping inside a fragmented message is answered after it.", "ping-between-the-fragments",
            "pong with 'in between'")
            { Orders = s => s.OnUpFrame((_, f) => f.Opcode == Frame.Ping, (_, _) => Task.CompletedTask) },
        new("pong-breaks-the-message", "TRN-13", "A control frame inside a fragmented message is taken for a fragment out of place.",
            "ping-between-the-fragments", "the agent receives.*no such message")
            { Orders = s => s.OnUpFrame((_, f) => f.Opcode == Frame.Pong && f.Payload.Length > 0, (link, _) => link.CloseAsync(1002)) },
        new("invalid-utf8-passes", "TRN-14", "Text is not checked for UTF-8 before it is forwarded.", "is-refused-and-not-forwarded",
            "receives nothing|only valid UTF-8")
            { Orders = s => s.OnUp((_, m) => !IsUtf8(m.Bytes), async (link, m) => { await link.Peer!.ToClientAsync(m); await link.ToRelayAsync(m); }) },
        new("utf8-repaired", "TRN-15", "What is not UTF-8 is replaced by U+FFFD and forwarded.", "with-a-surrogate-is-refused",
            "INVALID_MESSAGE, or closed with 1007")
            { Orders = s => s.OnUp((_, m) => !IsUtf8(m.Bytes), (link, m) => link.ToRelayAsync(Message.Of(m.Text))) },
        new("utf8-is-a-protocol-error", "TRN-15", "Text that is not UTF-8 closes the connection with 1002.", "with-an-overlong-slash-is-refused", "1007.*1002")
            { Orders = s => s.OnUp((_, m) => !IsUtf8(m.Bytes), (link, _) => link.CloseAsync(1002)) },
        new("utf8-by-fragment", "TRN-16", "Each fragment is checked for UTF-8 by itself.", "fragment-boundary-splits",
            "the agent receives.*no such message")
            { Orders = s => s.OnUpFrame((_, f) => !f.IsControl && !IsUtf8(f.Payload), (link, _) => link.CloseAsync(1007)) },
        new("mask-is-optional", "TRN-17", "Frames that are not masked are accepted.", "a-frame-that-is-not-masked", "connection is closed.*still open")
            { Orders = s => s.OnUpFrame((_, f) => !f.Masked, (link, f) => link.ToRelayAsync(f with { Masked = true })) },
        new("reserved-bits-ignored", "TRN-17", "Reserved bits are ignored.", "sends-a-reserved-bit", "connection is closed.*still open")
            { Orders = s => s.OnUpFrame((_, f) => f.IsReserved, (link, f) => link.ToRelayAsync(f with { First = (byte)(f.First & 0x8F) })) },
        new("reserved-opcodes-ignored", "TRN-17", "Frames of an unknown opcode are skipped.", "a-reserved-control-opcode", "connection is closed.*still open")
            { Orders = s => s.OnUpFrame((_, f) => f.Opcode is (> 2 and < 8) or > 10, (_, _) => Task.CompletedTask) },
        new("long-pings-answered", "TRN-17", "Pings of any length are answered.", "a-ping-that-is-too-long", "connection is closed.*still open")
            { Orders = s => s.OnUpFrame((_, f) => f.Opcode == Frame.Ping && f.Payload.Length > 125,
                (link, f) => link.ToClientAsync(Frame.Of(Frame.Pong, f.Payload))) },
        new("message-in-a-message", "TRN-17", "A new data frame inside a fragmented message begins a new message.", "begins-a-message-inside-another",
            "connection is closed.*still open")
            { Orders = s => s.OnUpFrame((_, f) => f is { Opcode: Frame.Text, Fin: false }, (_, _) => Task.CompletedTask) },
        new("half-a-message-at-the-end", "TRN-18", "What of a message has come is forwarded when the connection ends.", "half-a-message",
            "receives nothing.*received chat\\.send")
            {
                Orders = s =>
                {
                    s.OnUpFrame((_, f) => f is { Opcode: Frame.Text, Fin: false },
                        (link, f) => { link.Recall<List<byte[]>>("half").Add(f.Payload); return link.ToRelayAsync(f); });
                    s.Left = link => link.Recall<List<byte[]>>("half") is [var half] && link.Peer is { } peer
                        ? peer.ToClientAsync(new Message(half))
                        : Task.CompletedTask;
                },
            },
        new("close-is-not-answered", "TRN-19", "A client's close frame is answered by the end of TCP alone.", "close-frame-is-answered",
            "1000.*without a close frame")
            { Orders = s => s.CloseWith(1000, null) },
        new("close-code-swallowed", "TRN-19", "The answer to a close frame has code 1011.", "close-frame-is-answered", "1000.*1011")
            { Orders = s => s.CloseWith(1000, 1011) },
        new("speaks-after-closing", "TRN-34", "A message behind the client's close frame is still forwarded.", "after-a-close-frame-is-ignored",
            "receives nothing.*received chat\\.send")
            {
                Orders = s =>
                {
                    s.OnUpFrame((link, f) => f.Opcode == Frame.Close || link.Recall<List<int>>("closing").Count > 0, async (link, f) =>
                    {
                        if (f.Opcode == Frame.Text)
                        {
                            await link.Peer!.ToClientAsync(f with { Masked = false });
                            await link.ToRelayAsync(Frame.OfClose(1000) with { Masked = true });
                        }

                        link.Recall<List<int>>("closing").Add(1);
                    });
                },
            },
        new("masked-pongs", "TRN-28", "The relay masks its control frames.", "own-frames-follow", "not masked")
            { Orders = s => s.OnDownFrame((_, f) => f.Opcode == Frame.Pong, (link, f) => link.ToClientAsync(f with { Masked = true })) },
        new("fragments-as-messages", "TRN-28", "A large message is cut into frames that all say that they begin one.", "own-frames-follow",
            "fragments in the order")
            {
                Orders = s => s.OnDownFrame((_, f) => f.Payload.Length > 1_000_000, async (link, f) =>
                {
                    await link.ToClientAsync(Frame.Of(Frame.Text, f.Payload.AsSpan(0, 1_000_000), fin: false));
                    await link.ToClientAsync(Frame.Of(Frame.Text, f.Payload.AsSpan(1_000_000)));
                }),
            },

        new("one-byte-short", "TRN-20", "A message of exactly the maximum size is refused.", "exactly-the-maximum-size-passes", "receives.*2000000")
            { Options = o => o with { Limits = o.Limits with { MaxMessageSize = o.Limits.MaxMessageSize - 1 } } },
        new("one-byte-more", "TRN-21", "A message of one byte more than the maximum is forwarded.", "one-byte-more-is-refused",
            "MESSAGE_TOO_LARGE.*peer received the message")
            { Options = o => o with { Limits = o.Limits with { MaxMessageSize = o.Limits.MaxMessageSize + 1 } } },
        new("too-large-is-dropped", "TRN-22", "A message that is too large is dropped without a word.", "one-byte-more-is-refused",
            "MESSAGE_TOO_LARGE.*no such message")
            { Orders = s => s.DropUp((_, m) => m.Bytes.Length > s.MaxMessageBytes) },
        new("too-large-is-invalid", "TRN-22", "A message that is too large is answered INVALID_MESSAGE.", "one-byte-more-is-refused",
            "MESSAGE_TOO_LARGE.*INVALID_MESSAGE")
            { Orders = s => s.RefuseUp((_, m) => m.Bytes.Length > s.MaxMessageBytes, "INVALID_MESSAGE") },
        new("too-large-just-closed", "TRN-23", "A message that is too large closes the connection with 1009, without the error.", "answered-with-the-error",
            "MESSAGE_TOO_LARGE.*1009")
            { Orders = s => s.OnUp((_, m) => m.Bytes.Length > s.MaxMessageBytes, (link, _) => link.CloseAsync(1009)) },
        new("too-large-unpairs", "TRN-24", "A sender that was told MESSAGE_TOO_LARGE stays connected but is no longer paired.",
            "not-closed-after-a-message-too-large", "chat.send.*no such message")
            {
                Orders = s =>
                {
                    s.RefuseUp((link, m) => m.IsForwarded && link.Recall<List<int>>("unpaired").Count > 0, "PEER_OFFLINE");
                    s.OnUp((_, m) => m.Bytes.Length > s.MaxMessageBytes,
                        (link, m) => { link.Recall<List<int>>("unpaired").Add(1); return link.RefuseAsync("MESSAGE_TOO_LARGE", m); });
                },
            },

        new("goodbye-as-usual", "TRN-26", "At shutdown connections are closed with 1000.", "shuts-down-delivers", "1001.*1000")
            { Orders = s => s.CloseWith(1001, 1000) },
        new("queue-lost-at-shutdown", "TRN-27", "What waits beyond ten messages at shutdown is thrown away.", "shuts-down-delivers",
            "receives message .* of the burst.*1001")
            { Orders = s => s.DropDown((link, m) => m.Type == "chat.send" && s.Count($"to {link.Number}") > 10) },
        new("drains-for-ever", "TRN-31", "Shutdown waits for a reader that takes nothing, beyond the drain time-out.",
            "does-not-read-does-not-keep", "has ended.*took")
            { Options = o => o with { DrainTimeout = TimeSpan.FromSeconds(6) }, Limits = Mutant.Patient with { DailyQuotaBytes = 524_288_000 } },
        new("no-handler-for-sigterm", "TRN-32", "SIGTERM kills the process at once, or is ignored.", "shuts-down-delivers", "closed with 1001.*still open")
            { Restarts = (relay, _) => relay.Stopping = shutdown => Task.FromResult(shutdown != Shutdown.Orderly) },
    ];

    private static Mutant CountingFragments(this Mutant mutant) => mutant with
    {
        Orders = s =>
        {
            mutant.Orders!(s);
            var inner = s.UpFrame!;
            s.UpFrame = (link, frame) =>
            {
                if (frame.Opcode == Frame.Continuation)
                    link.Recall<List<int>>("fragments").Add(1);
                return inner(link, frame);
            };
        },
    };

    private static bool IsUtf8(byte[] bytes)
    {
        try
        {
            Strict.GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
