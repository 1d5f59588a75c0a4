namespace CoralMux.ReferenceRelay.Protocol;

/// <summary>What the relay does with a message of a given type. Closed: every type falls into exactly one.</summary>
internal enum MessageKind
{
    /// <summary>Forwarded in either direction.</summary>
    Forwarded,

    /// <summary>Forwarded from an agent; refused from a phone.</summary>
    AgentOnly,

    Auth,
    Ping,

    /// <summary>Answers nothing this relay asks; taken as a sign of life.</summary>
    Pong,

    /// <summary>Only the relay says this.</summary>
    Reserved,

    /// <summary>No namespace of the protocol.</summary>
    Unknown,
}

internal static class MessageKinds
{
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
