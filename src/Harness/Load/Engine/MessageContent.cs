using System.Buffers.Text;
using System.Text;

namespace CoralMux.Harness.Load.Engine;

/// <summary>
/// The bytes of a message, made from its number: any part of it can be written, or compared with bytes that arrived,
/// without holding the whole. The long text in the middle is cut from one shared pattern.
/// </summary>
internal sealed class MessageContent
{
    /// <summary>Bytes before the text, at most.</summary>
    public const int LongestHead = 160;

    private const int TimestampDigits = 13;
    private const int PatternSize = 1 << 16;

    private static readonly byte[] Pattern = CreatePattern();

    private readonly byte[] _head;
    private readonly byte[] _textMember;
    private readonly int _idAt;
    private readonly int _timestampAt;

    /// <param name="type">Such as <c>chat.send</c>.</param>
    /// <param name="textMember">The member of the payload that the pattern fills.</param>
    public MessageContent(string type, string textMember)
    {
        var beforeId = $"{{\"v\":1,\"type\":\"{type}\",\"id\":\"";
        var head = $"{beforeId}{new string('0', MessageId.Length)}\",\"ts\":{new string('0', TimestampDigits)},\"payload\":";
        _head = Encoding.ASCII.GetBytes(head);
        _idAt = beforeId.Length;
        _timestampAt = _idAt + MessageId.Length + "\",\"ts\":".Length;
        _textMember = Encoding.ASCII.GetBytes($"{{\"{textMember}\":\"");
    }

    private static ReadOnlySpan<byte> Tail => "\"}}"u8;

    /// <summary>Bytes of the shortest message with a text.</summary>
    public int Overhead => _head.Length + _textMember.Length + Tail.Length;

    /// <summary>Bytes of a message with this payload.</summary>
    public int SizeOf(byte[] payload) => _head.Length + payload.Length + 1;

    /// <param name="offset">Where in the message <paramref name="to"/> begins.</param>
    /// <param name="mask">The mask of its frame; the bytes are written masked.</param>
    public void Write(in Entry entry, in MessageId id, long timestamp, int offset, Span<byte> to, uint mask)
    {
        Span<byte> head = stackalloc byte[LongestHead];
        var headLength = WriteHead(head, entry, id, timestamp);
        while (!to.IsEmpty)
        {
            var part = Part(entry, id, head[..headLength], offset);
            if (part.Length > to.Length)
                part = part[..to.Length];
            Masking.Copy(part, to, mask, offset);
            to = to[part.Length..];
            offset += part.Length;
        }
    }

    public bool Matches(in Entry entry, in MessageId id, long timestamp, int offset, ReadOnlySpan<byte> bytes)
    {
        Span<byte> head = stackalloc byte[LongestHead];
        var headLength = WriteHead(head, entry, id, timestamp);
        while (!bytes.IsEmpty)
        {
            if (offset >= entry.Size)
                return false;
            var part = Part(entry, id, head[..headLength], offset);
            if (part.Length > bytes.Length)
                part = part[..bytes.Length];
            if (!bytes[..part.Length].SequenceEqual(part))
                return false;
            bytes = bytes[part.Length..];
            offset += part.Length;
        }

        return true;
    }

    private int WriteHead(Span<byte> to, in Entry entry, in MessageId id, long timestamp)
    {
        _head.CopyTo(to);
        id.Write(to[_idAt..]);
        Utf8Formatter.TryFormat(timestamp, to.Slice(_timestampAt, TimestampDigits), out _);
        if (entry.Payload is not null)
            return _head.Length;
        _textMember.CopyTo(to[_head.Length..]);
        return _head.Length + _textMember.Length;
    }

    // The longest stretch of the message from an offset on that lies in one piece.
    private static ReadOnlySpan<byte> Part(in Entry entry, in MessageId id, Span<byte> head, int offset)
    {
        if (offset < head.Length)
            return head[offset..];
        if (entry.Payload is { } payload)
            return offset - head.Length < payload.Length ? payload.AsSpan(offset - head.Length) : "}"u8;
        var textEnd = entry.Size - Tail.Length;
        if (offset >= textEnd)
            return Tail[(offset - textEnd)..];
        var at = (int)((offset - head.Length + id.Number * 61) & (PatternSize - 1));
        return Pattern.AsSpan(at, Math.Min(textEnd - offset, PatternSize - at));
    }

    private static byte[] CreatePattern()
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        var pattern = new byte[PatternSize];
        var state = 1u;
        for (var i = 0; i < PatternSize; i++)
        {
            state = state * 1664525 + 1013904223;
            pattern[i] = (byte)alphabet[(int)(state >> 26)];
        }

        return pattern;
    }
}
