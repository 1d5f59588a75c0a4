using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Reports.Sequence;

/// <summary>One line of a sequence picture.</summary>
/// <param name="Index">Into the transcript; null for what stands for several frames or for none.</param>
/// <param name="Lane">The peer it belongs to, or null across all of them.</param>
internal sealed record SequenceRow(
    TimeSpan At, SequenceRowKind Kind, string? Lane, Direction Direction, string Label, int? Index = null, bool IsOffending = false);

internal enum SequenceRowKind
{
    Frame,

    /// <summary>Something that happened to a connection.</summary>
    Event,

    /// <summary>Several frames in one line.</summary>
    Band,

    /// <summary>What was expected and did not come.</summary>
    Missing,
}

/// <summary>
/// What a scenario saw, as the few lines a reader needs: connecting is one line, the innocent pair is one line unless it
/// is what the trouble is about, long bursts are shortened. Every offending frame stays.
/// </summary>
internal sealed class SequencePicture
{
    private const int BurstShown = 3;

    // Many frames of few kinds say no more than their number: the longer a stretch, the more kinds it may have.
    private static readonly (int Kinds, int Longest)[] Bursts = [(3, 12), (12, 60)];

    private readonly ScenarioResult _result;
    private readonly HashSet<int> _offending;
    private readonly HashSet<string> _controls;

    public SequencePicture(ScenarioResult result)
    {
        _result = result;
        _offending = (result.Unmet?.Offending ?? []).Concat(result.Violations.SelectMany(violation => violation.Finding.Offending)).ToHashSet();
        _controls = result.Cast.Where(party => party.IsControl).Select(party => party.Name).ToHashSet();
        Rows = [.. Shorten(Fold())];
        if (result.Unmet?.MissedBy is { } missing)
        {
            var at = result.Transcript is [.., var last] ? last.At : default;
            Rows = [.. Rows, new SequenceRow(at, SequenceRowKind.Missing, missing, Direction.Received, $"did not come: {result.Expected}")];
        }

        var lanes = Rows.Select(row => row.Lane).OfType<string>().Distinct().ToList();
        var right = result.Cast.Where(party => party.Side == Side.Right).Select(party => party.Name).ToHashSet();
        Left = [.. lanes.Where(lane => !right.Contains(lane))];
        Right = [.. lanes.Where(right.Contains)];
    }

    public IReadOnlyList<SequenceRow> Rows { get; }

    /// <summary>Peers drawn on the relay's left: phones, clients without a role, HTTP.</summary>
    public IReadOnlyList<string> Left { get; }

    public IReadOnlyList<string> Right { get; }

    /// <summary>Indexes of the frames that are shown one by one.</summary>
    public IReadOnlySet<int> Shown => Rows.Select(row => row.Index).OfType<int>().ToHashSet();

    public bool IsOffending(int index) => _offending.Contains(index);

    private bool IsInnocent(TranscriptEntry entry) => _controls.Contains(entry.Connection);

    private IEnumerable<SequenceRow> Fold()
    {
        var entries = _result.Transcript;
        var showsInnocent = entries.All(entry => IsInnocent(entry) || entry.Connection == "http")
            || _result.ConcernsControl
            || _offending.Any(index => IsInnocent(entries[index]));
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            if (IsTokenMade(i))
            {
                i++;
                continue;
            }

            if (IsInnocent(entry) && !showsInnocent)
            {
                var first = i;
                var frames = 1;
                // What others do meanwhile is rare, and not worth a second band; making their token is not one of their frames.
                while (i + 1 < entries.Count
                    && (IsInnocent(entries[i + 1]) || (IsTokenMade(i + 1) && i + 3 < entries.Count && IsInnocent(entries[i + 3]))))
                    frames += IsInnocent(entries[++i]) ? 1 : 0;
                yield return new SequenceRow(entry.At, SequenceRowKind.Band, null, Direction.Local, Count(frames, "frame") + " of the innocent pair");
                continue;
            }

            if (entry is { Kind: "handshake", Direction: Direction.Sent } && Answer(i) is { } answer)
            {
                var isOffending = _offending.Contains(answer);
                yield return new SequenceRow(entry.At, SequenceRowKind.Event, entry.Connection, Direction.Local, "connects", answer, isOffending);
                continue;
            }

            if (entry is { Kind: "handshake", Direction: Direction.Received } && IsAccepted(entry) && !_offending.Contains(i))
                continue;

            yield return new SequenceRow(
                entry.At,
                entry.Direction == Direction.Local ? SequenceRowKind.Event : SequenceRowKind.Frame,
                entry.Connection,
                entry.Direction,
                FrameLabel.Of(entry),
                i,
                _offending.Contains(i));
        }
    }

    // The request for a token and its answer, when somebody then connects with it.
    private bool IsTokenMade(int i) => _result.Transcript.Count > i + 2
        && _result.Transcript[i] is { Kind: "http", Direction: Direction.Sent } request && request.Bytes.Span.StartsWith("POST "u8)
        && _result.Transcript[i + 1] is { Kind: "http", Direction: Direction.Received } answer && answer.Bytes.Span.StartsWith("201 "u8)
        && _result.Transcript[i + 2].Kind == "handshake"
        && !_offending.Contains(i) && !_offending.Contains(i + 1);

    private int? Answer(int request)
    {
        for (var i = request + 1; i < _result.Transcript.Count; i++)
        {
            var entry = _result.Transcript[i];
            if (entry.Kind == "handshake" && entry.Connection == _result.Transcript[request].Connection)
                return entry.Direction == Direction.Received && IsAccepted(entry) ? i : null;
        }

        return null;
    }

    private static bool IsAccepted(TranscriptEntry entry) => entry.Bytes.Span.StartsWith("101 "u8);

    private static IEnumerable<SequenceRow> Shorten(IEnumerable<SequenceRow> rows)
    {
        var all = rows.ToList();
        for (var i = 0; i < all.Count;)
        {
            var end = EndOfBurst(all, i);
            if (end == i)
            {
                yield return all[i++];
                continue;
            }

            foreach (var row in all[i..(i + BurstShown)])
                yield return row;
            var hidden = all[(i + BurstShown)..(end - BurstShown)];
            var kinds = hidden.CountBy(Signature).Select(kind => $"{kind.Value} × {kind.Key.Lane} {Arrow(kind.Key.Direction)} {kind.Key.Label}");
            yield return new SequenceRow(hidden[0].At, SequenceRowKind.Band, null, Direction.Local, string.Join(", ", kinds));
            foreach (var row in all[(end - BurstShown)..end])
                yield return row;
            i = end;
        }
    }

    // Where a stretch that is worth shortening ends, or its start where it is not.
    private static int EndOfBurst(List<SequenceRow> rows, int start)
    {
        foreach (var (most, longest) in Bursts)
        {
            var kinds = new HashSet<(string?, Direction, string)>();
            var end = start;
            while (end < rows.Count && rows[end] is { Kind: SequenceRowKind.Frame or SequenceRowKind.Event, IsOffending: false }
                && (!kinds.Add(Signature(rows[end])) || kinds.Count <= most))
                end++;
            if (end - start > longest)
                return end;
        }

        return start;
    }

    private static (string? Lane, Direction Direction, string Label) Signature(SequenceRow row) => (row.Lane, row.Direction, row.Label);

    private static string Arrow(Direction direction) => direction switch { Direction.Sent => "→", Direction.Received => "←", _ => "·" };

    internal static string Count(int number, string one) => $"{number} {one}{(number == 1 ? "" : "s")}";
}
