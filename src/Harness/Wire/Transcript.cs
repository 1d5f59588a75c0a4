using System.Security.Cryptography;

namespace CoralMux.Harness.Wire;

/// <summary>Which way a transcript's entry went, seen from the harness.</summary>
public enum Direction
{
    Sent,
    Received,

    /// <summary>Something that happened here, such as a connection opened.</summary>
    Local,
}

/// <summary>One thing seen on the wire.</summary>
/// <param name="At">Time since the scenario began.</param>
/// <param name="Connection">Who of the scenario, such as <c>phone</c>.</param>
/// <param name="Kind">Such as <c>text</c>, <c>close</c>, <c>handshake</c>, <c>http</c>.</param>
/// <param name="Length">Bytes of the whole, even where <paramref name="Bytes"/> holds only the start.</param>
/// <param name="Bytes">The content, cut at <see cref="Transcript.KeptBytes"/>.</param>
/// <param name="Sha256">Of the whole content where it was cut, else null.</param>
/// <param name="Note">What a reader should know of it, or null.</param>
public sealed record TranscriptEntry(
    TimeSpan At, string Connection, Direction Direction, string Kind, long Length, ReadOnlyMemory<byte> Bytes, string? Sha256, string? Note)
{
    /// <summary>The payload's plaintext where it was encrypted and the harness holds the key, cut as <see cref="Bytes"/>; else null.</summary>
    public string? Opened { get; init; }
}

/// <summary>Everything a scenario sent and received, on one time line. Safe for concurrent use.</summary>
public sealed class Transcript(TimeProvider time)
{
    /// <summary>Content kept per entry: enough for any envelope a person would read; a 5 MB body is kept as length and hash.</summary>
    public const int KeptBytes = 4096;

    private readonly List<TranscriptEntry> _entries = [];
    private readonly List<Func<ReadOnlySpan<byte>, string?>> _openers = []; // guarded by _entries
    private readonly long _start = time.GetTimestamp();

    public IReadOnlyList<TranscriptEntry> Entries
    {
        get
        {
            lock (_entries)
                return [.. _entries];
        }
    }

    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <returns>The number of the entry, from 0.</returns>
    public int Add(string connection, Direction direction, string kind, ReadOnlySpan<byte> content, string? note = null)
    {
        var hash = content.Length > KeptBytes ? Convert.ToHexStringLower(SHA256.HashData(content)) : null;
        var kept = content[..Math.Min(KeptBytes, content.Length)].ToArray();
        lock (_entries)
        {
            _entries.Add(new TranscriptEntry(Elapsed, connection, direction, kind, content.Length, kept, hash, note) { Opened = Open(content) });
            return _entries.Count - 1;
        }
    }

    /// <summary>From now on encrypted payloads are kept opened too, as far as this opens them.</summary>
    /// <param name="open">The plaintext payload of an envelope, or null where it does not open.</param>
    public void OpenWith(Func<ReadOnlySpan<byte>, string?> open)
    {
        lock (_entries)
            _openers.Add(open);
    }

    // The latest key is the likeliest.
    private string? Open(ReadOnlySpan<byte> content)
    {
        for (var i = _openers.Count - 1; i >= 0; i--)
        {
            if (_openers[i](content) is { } opened)
                return opened.Length > KeptBytes ? opened[..KeptBytes] + "…" : opened;
        }

        return null;
    }

    public int Note(string connection, string note) => Add(connection, Direction.Local, "note", default, note);
}
