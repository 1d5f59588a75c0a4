using System.Buffers;
using System.Text.Json;

namespace CoralMux.ReferenceRelay.Profiles.Pairs.Messages;

/// <summary>The envelopes that the relay itself sends, and no others (ENV-04). Each has all five members (ENV-02) and an id of its own (ENV-03). No
/// part of a payload is in one (KEX-04). A result is valid until the thread makes the next envelope.</summary>
internal static class RelayEnvelope
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? s_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? s_writer;

    /// <summary>PAIR-25, PAIR-26, LIM-30. Quota and usage in bytes.</summary>
    public static ReadOnlySpan<byte> AuthOk(DateTimeOffset now, bool paired, long dailyQuota, long dailyUsed)
    {
        var json = Begin("auth.ok"u8, now);
        json.WriteBoolean("paired"u8, paired);
        json.WriteNumber("daily_quota_bytes"u8, dailyQuota);
        json.WriteNumber("daily_used_bytes"u8, dailyUsed);
        return End(json);
    }

    /// <summary>PAIR-42, PAIR-43.</summary>
    public static ReadOnlySpan<byte> Status(DateTimeOffset now, bool online)
    {
        var json = Begin("status"u8, now);
        json.WriteString("peer"u8, online ? "online"u8 : "offline"u8);
        return End(json);
    }

    /// <summary>KEEP-08.</summary>
    public static ReadOnlySpan<byte> Pong(DateTimeOffset now) => End(Begin("pong"u8, now));

    public static ReadOnlySpan<byte> AuthFail(DateTimeOffset now, in Refusal refusal, ReadOnlySpan<byte> reference) =>
        Error("auth.fail"u8, now, refusal, reference);

    public static ReadOnlySpan<byte> ChatError(DateTimeOffset now, in Refusal refusal, ReadOnlySpan<byte> reference) =>
        Error("chat.error"u8, now, refusal, reference);

    /// <summary>With the id of the message that caused it as ref, when that is a UUID (ERR-02, ERR-17).</summary>
    private static ReadOnlySpan<byte> Error(ReadOnlySpan<byte> type, DateTimeOffset now, in Refusal refusal, ReadOnlySpan<byte> reference)
    {
        var json = Begin(type, now);
        json.WriteString("code"u8, refusal.Code.Name());
        json.WriteString("message"u8, refusal.Message);
        if (Envelope.IsUuid(reference))
        {
            // The id as the sender spelled it: between its own quotes it is already valid JSON.
            Span<byte> quoted = stackalloc byte[reference.Length + 2];
            quoted[0] = quoted[^1] = (byte)'"';
            reference.CopyTo(quoted[1..]);
            json.WritePropertyName("ref"u8);
            json.WriteRawValue(quoted, skipInputValidation: true);
        }

        if (refusal.RetryAfterMs > 0)
            json.WriteNumber("retry_after_ms"u8, refusal.RetryAfterMs);
        return End(json);
    }

    private static Utf8JsonWriter Begin(ReadOnlySpan<byte> type, DateTimeOffset now)
    {
        var buffer = s_buffer ??= new ArrayBufferWriter<byte>(512);
        var json = s_writer ??= new Utf8JsonWriter(buffer);
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        json.WriteStartObject();
        json.WriteNumber("v"u8, 1);
        json.WriteString("type"u8, type);
        json.WriteString("id"u8, Guid.NewGuid());
        json.WriteNumber("ts"u8, now.ToUnixTimeMilliseconds());
        json.WriteStartObject("payload"u8);
        return json;
    }

    private static ReadOnlySpan<byte> End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return s_buffer!.WrittenSpan;
    }
}
