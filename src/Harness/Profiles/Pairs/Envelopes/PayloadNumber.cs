using System.Text.Json;
using CoralMux.Harness.Messages;

namespace CoralMux.Harness.Profiles.Pairs.Envelopes;

/// <summary>Numbers in the payloads of what was received.</summary>
public static class PayloadNumber
{
    /// <summary>A member of the payload that is a whole number, or null.</summary>
    public static long? Number(this ReceivedMessage message, string member) =>
        message.Payload(member) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;
}
