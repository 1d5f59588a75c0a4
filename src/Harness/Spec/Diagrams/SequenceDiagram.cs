using System.Text.RegularExpressions;

namespace CoralMux.Harness.Spec.Diagrams;

internal abstract record SequenceItem
{
    public sealed record Message(int From, int To, string Text, bool Dashed, bool Lost) : SequenceItem;

    public sealed record Note(int First, int Last, string Text) : SequenceItem;

    /// <param name="Kind"><c>loop</c>, <c>alt</c> or <c>opt</c>.</param>
    public sealed record BlockStart(string Kind, string Text) : SequenceItem;

    public sealed record BlockElse(string Text) : SequenceItem;

    public sealed record BlockEnd : SequenceItem;
}

/// <summary>Mermaid's <c>sequenceDiagram</c>: participants, messages, notes, and the blocks loop, alt and opt.</summary>
internal sealed partial class SequenceDiagram
{
    private readonly List<string> _ids = [];

    /// <summary>Labels, from left to right.</summary>
    public List<string> Participants { get; } = [];

    public List<SequenceItem> Items { get; } = [];

    public static SequenceDiagram Parse(IEnumerable<DiagramLine> lines)
    {
        var diagram = new SequenceDiagram();
        var open = new Stack<DiagramLine>();
        foreach (var line in lines)
        {
            if (Participant().Match(line.Text) is { Success: true } participant)
            {
                diagram.Column(participant.Groups["id"].Value, participant.Groups["label"].Success ? participant.Groups["label"].Value : null);
            }
            else if (Note().Match(line.Text) is { Success: true } note)
            {
                var first = diagram.Column(note.Groups["first"].Value);
                var last = note.Groups["last"].Success ? diagram.Column(note.Groups["last"].Value) : first;
                diagram.Items.Add(new SequenceItem.Note(Math.Min(first, last), Math.Max(first, last), note.Groups["text"].Value));
            }
            else if (Block().Match(line.Text) is { Success: true } block)
            {
                open.Push(line);
                diagram.Items.Add(new SequenceItem.BlockStart(block.Groups["kind"].Value, block.Groups["text"].Value));
            }
            else if (Else().Match(line.Text) is { Success: true } other && open.Count > 0)
            {
                diagram.Items.Add(new SequenceItem.BlockElse(other.Groups["text"].Value));
            }
            else if (line.Text == "end" && open.TryPop(out _))
            {
                diagram.Items.Add(new SequenceItem.BlockEnd());
            }
            else if (Message().Match(line.Text) is { Success: true } message)
            {
                var arrow = message.Groups["arrow"].Value;
                diagram.Items.Add(new SequenceItem.Message(
                    diagram.Column(message.Groups["from"].Value),
                    diagram.Column(message.Groups["to"].Value),
                    message.Groups["text"].Value,
                    arrow.StartsWith("--", StringComparison.Ordinal),
                    arrow.EndsWith('x')));
            }
            else
            {
                throw line.NotUnderstood();
            }
        }

        return open.TryPop(out var unclosed) ? throw new DiagramException(unclosed.Number, $"'{unclosed.Text}' has no end") : diagram;
    }

    private int Column(string id, string? label = null)
    {
        if (_ids.IndexOf(id) is >= 0 and var known)
            return known;
        _ids.Add(id);
        Participants.Add(label ?? id);
        return _ids.Count - 1;
    }

    [GeneratedRegex(@"^(participant|actor)\s+(?<id>\w+)(\s+as\s+(?<label>.+))?$")]
    private static partial Regex Participant();

    [GeneratedRegex(@"^Note\s+(over|left of|right of)\s+(?<first>\w+)(\s*,\s*(?<last>\w+))?\s*:\s*(?<text>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Note();

    [GeneratedRegex(@"^(?<kind>loop|alt|opt)\b\s*(?<text>.*)$")]
    private static partial Regex Block();

    [GeneratedRegex(@"^else\b\s*(?<text>.*)$")]
    private static partial Regex Else();

    [GeneratedRegex(@"^(?<from>\w+?)\s*(?<arrow>--?(>>|>|x|\)))\s*(?<to>\w+)\s*:\s*(?<text>.+)$")]
    private static partial Regex Message();
}
