namespace CoralMux.ReferenceRelay.Profiles.Pairs.Messages;

/// <summary>What the relay does with a message of a given type. Every type is of exactly one kind.</summary>
internal enum MessageKind
{
    /// <summary>Forwarded in both directions (ENV-22, PAIR-59, KEX-01, KEX-03, CHAT-01, CHAT-03, EXT-01, EXT-03).</summary>
    Forwarded,

    /// <summary>Forwarded from an agent (CHAT-02, EXT-02); refused from a phone (PAIR-58).</summary>
    AgentOnly,

    /// <summary>The first message of a client and no other (PAIR-30, PAIR-38).</summary>
    Auth,

    /// <summary>Answered by the relay itself (KEEP-08).</summary>
    Ping,

    /// <summary>Not answered (ENV-28); a sign of life like any other bytes.</summary>
    Pong,

    /// <summary>Only the relay sends this (ENV-25, ENV-26).</summary>
    Reserved,

    /// <summary>Of no namespace of the protocol (ENV-23).</summary>
    Unknown,
}

internal static class MessageKinds
{
    /// <param name="type">Without escapes (ENV-20). Upper and lower case differ (ENV-18); length and form do not matter.</param>
    public static MessageKind Of(ReadOnlySpan<byte> type)
    {
        var dot = type.IndexOf((byte)'.');
        if (dot < 0)
        {
            return type switch
            {
                _ when type.SequenceEqual("key_exchange"u8) => MessageKind.Forwarded,
                _ when type.SequenceEqual("ping"u8) => MessageKind.Ping,
                _ when type.SequenceEqual("pong"u8) => MessageKind.Pong,
                _ when type.SequenceEqual("auth"u8) => MessageKind.Auth,
                _ when type.SequenceEqual("status"u8) => MessageKind.Reserved,
                _ => MessageKind.Unknown,
            };
        }

        var space = type[..dot];
        var action = type[(dot + 1)..];
        if (space.SequenceEqual("auth"u8))
            return action.SequenceEqual("ok"u8) || action.SequenceEqual("fail"u8) ? MessageKind.Reserved : MessageKind.Unknown;

        if (action.IsEmpty || !IsNamespace(space))
            return MessageKind.Unknown;

        var agentOnly = type.EndsWith(".result"u8)
            || (space.SequenceEqual("chat"u8)
                && (action.SequenceEqual("stream"u8) || action.SequenceEqual("done"u8) || action.SequenceEqual("tool_status"u8)));
        return agentOnly ? MessageKind.AgentOnly : MessageKind.Forwarded;
    }

    private static bool IsNamespace(ReadOnlySpan<byte> space) =>
        space.SequenceEqual("chat"u8)
        || space.SequenceEqual("agent"u8)
        || space.SequenceEqual("group"u8)
        || space.SequenceEqual("memory"u8)
        || space.SequenceEqual("system"u8)
        || space.SequenceEqual("file"u8);
}
