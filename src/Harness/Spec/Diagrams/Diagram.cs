namespace CoralMux.Harness.Spec.Diagrams;

/// <summary>Draws a Mermaid diagram of the specification as SVG, so that a page needs no network and no script of three megabytes.</summary>
/// <remarks>
/// Supports the parts of <c>stateDiagram-v2</c>, <c>flowchart</c> and <c>sequenceDiagram</c> that a protocol needs; everything
/// else is an error, never left out.
/// </remarks>
public static class Diagram
{
    /// <summary>The arrow head of all diagrams: once in every page with diagrams.</summary>
    public const string Definitions =
        """<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" """ +
        """markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path class="head" d="M0 0L10 5L0 10z"/></marker></defs></svg>""";

    /// <returns>An <c>svg</c> element.</returns>
    /// <exception cref="DiagramException">A line that is not understood.</exception>
    public static string ToSvg(string mermaid)
    {
        var lines = mermaid.Split('\n')
            .Select((text, index) => new DiagramLine(index + 1, text.Trim()))
            .Where(line => line.Text.Length > 0 && !line.Text.StartsWith("%%", StringComparison.Ordinal))
            .ToList();
        var head = lines.FirstOrDefault() ?? throw new DiagramException(1, "the diagram is empty");
        if (lines.Count == 1)
            throw new DiagramException(head.Number, "the diagram shows nothing");
        return head.Text.Split(' ')[0] switch
        {
            "stateDiagram-v2" => GraphDrawing.ToSvg(StateDiagram.Parse(lines.Skip(1))),
            "flowchart" or "graph" => GraphDrawing.ToSvg(Flowchart.Parse(lines.Skip(1))),
            "sequenceDiagram" => SequenceDrawing.ToSvg(SequenceDiagram.Parse(lines.Skip(1))),
            _ => throw new DiagramException(head.Number, $"'{head.Text}' is not supported; use stateDiagram-v2, flowchart or sequenceDiagram"),
        };
    }
}

/// <param name="Number">Inside the diagram, counted from 1.</param>
internal sealed record DiagramLine(int Number, string Text)
{
    public DiagramException NotUnderstood() => new(Number, $"'{Text}' is not understood");
}

/// <summary>A diagram that cannot be drawn.</summary>
/// <param name="line">Inside the diagram, counted from 1.</param>
public sealed class DiagramException(int line, string message) : Exception(message)
{
    public int Line { get; } = line;
}
