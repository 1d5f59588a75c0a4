using CoralMux.Mutants.Sabotage;

namespace CoralMux.Mutants.Catalog;

/// <summary>Of what the relay may do and the reference relay does not: permessage-deflate, in chapters 2 and 9.</summary>
internal static class CompressionMutants
{
    private const int InvalidPayload = 1007;

    public static IEnumerable<Mutant> All { get; } =
    [
        new("large-when-inflated", "TRN-25", "The size of a compressed message is judged as it came.", "as-large-as-what-is-in-it",
            "MESSAGE_TOO_LARGE.*peer received the message")
            { Orders = s => s.Compresses((link, m, _) => m is null ? link.CloseAsync(InvalidPayload)
                : m.Bytes.Length > s.MaxMessageBytes ? link.Peer!.ToClientAsync(m) : link.ToRelayAsync(m)) },
        new("both-lengths-together", "TRN-25", "What came and what it inflates to are held against the maximum together.", "as-large-as-what-is-in-it",
            "the agent receives.*no such message")
            { Orders = s => s.Compresses((link, m, length) => m is null ? link.CloseAsync(InvalidPayload)
                : m.Bytes.Length + length > s.MaxMessageBytes ? link.RefuseAsync("MESSAGE_TOO_LARGE", m) : link.ToRelayAsync(m)) },
        new("no-deflate-is-skipped", "TRN-33", "Compressed data that does not inflate is thrown away, and the connection lives on.", "cannot-be-inflated",
            "connection is closed.*still open")
            { Orders = s => s.Compresses((link, m, _) => m is null ? Task.CompletedTask : link.ToRelayAsync(m)) },
        new("counts-compressed", "LIM-13", "A compressed message is counted by the bytes that came.", "counted-as-what-it-was-before",
            "daily_used_bytes.*it says")
            {
                Orders = s =>
                {
                    s.Compresses((link, m, length) =>
                    {
                        if (m is null)
                            return link.CloseAsync(InvalidPayload);
                        s.Count("saved " + link.Token, m.Bytes.Length - length);
                        return link.ToRelayAsync(m);
                    });
                    s.OnDown((_, m) => m.Type == "auth.ok", (link, m) => link.ToClientAsync(
                        m.WithPayload(payload => payload["daily_used_bytes"] = (long)payload["daily_used_bytes"]! - s.Count("saved " + link.Token, 0))));
                },
            },
    ];
}
