using System.Globalization;
using System.Text;
using System.Text.Json;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Reports.Sequence;

/// <summary>A frame in a few words: what a person calls it.</summary>
internal static class FrameLabel
{
    private const int ShownLength = 10_000;

    /// <summary>Such as <c>chat.error PEER_OFFLINE</c>; frames of one label are alike.</summary>
    public static string Of(TranscriptEntry entry)
    {
        var words = entry.Kind switch
        {
            "note" => entry.Note!,
            "text" or "binary" => Message(entry),
            "close" => Close(entry.Bytes.Span),
            "handshake" or "http" => FirstLine(entry),
            "ping" or "pong" => $"WebSocket {entry.Kind}",
            _ => $"{entry.Kind} {Size(entry.Length)}",
        };
        return entry.Kind != "note" && entry.Note is { } note ? $"{words} ({note})" : words;
    }

    /// <summary>The start of the envelope's id, by which one sees the same message come out again; or null.</summary>
    public static string? Mark(TranscriptEntry entry) =>
        entry.Kind is "text" && Read(entry) is { Id: { Length: >= 4 } id } ? id[..4] : null;

    private static string Message(TranscriptEntry entry)
    {
        var message = Read(entry);
        var size = entry.Length > ShownLength ? " " + Size(entry.Length) : "";
        if (message.Type is not { } type)
            return $"{entry.Kind} {Size(entry.Length)} “{Encoding.UTF8.GetString(entry.Bytes.Span[..Math.Min(40, entry.Bytes.Length)])}”";
        var word = type switch
        {
            "status" => Text(message, "peer"),
            "auth" => Text(message, "role"),
            "auth.ok" => message.Payload("paired")?.ValueKind switch { JsonValueKind.True => "paired", JsonValueKind.False => "not paired", _ => null },
            _ => message.Code,
        };
        return $"{type}{(word is null ? "" : " " + word)}{(entry.Kind == "binary" ? " as binary" : "")}{size}";
    }

    // A message cut for the transcript is no JSON any more; its type is still in its first bytes.
    private static ReceivedMessage Read(TranscriptEntry entry)
    {
        var message = new ReceivedMessage(entry.Bytes, IsText: true, entry.At);
        if (message.Type is not null || entry.Sha256 is null)
            return message;
        var start = Encoding.UTF8.GetString(entry.Bytes.Span);
        var payload = start.IndexOf("\"payload\"", StringComparison.Ordinal);
        return payload < 0 ? message : new ReceivedMessage(Encoding.UTF8.GetBytes(start[..payload] + "\"payload\":{}}"), IsText: true, entry.At);
    }

    private static string? Text(ReceivedMessage message, string member) =>
        message.Payload(member) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static string Close(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 2)
            return "close without a code";
        var reason = Encoding.UTF8.GetString(payload[2..]);
        return string.Create(CultureInfo.InvariantCulture, $"close {(payload[0] << 8) | payload[1]}{(reason.Length > 0 ? $" “{reason}”" : "")}");
    }

    private static string FirstLine(TranscriptEntry entry)
    {
        var text = Encoding.UTF8.GetString(entry.Bytes.Span);
        return text.Split('\n', 2)[0].Replace(" HTTP/1.1", "", StringComparison.Ordinal).Trim();
    }

    internal static string Size(long bytes) => bytes switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000.0:0} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000.0:0.0} MB"),
    };
}
