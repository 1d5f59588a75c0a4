using System.Text.RegularExpressions;

namespace CoralMux.Harness.Spec.Diagrams;

/// <summary>Mermaid's <c>flowchart</c> without subgraphs and styles.</summary>
internal static partial class Flowchart
{
    public static Graph Parse(IEnumerable<DiagramLine> lines)
    {
        var graph = new Graph();
        foreach (var line in lines)
        {
            var at = 0;
            var from = ReadNode(graph, line, ref at);
            while (at < line.Text.Length)
            {
                if (Arrow().Match(line.Text, at) is not { Success: true } arrow)
                    throw line.NotUnderstood();
                at += arrow.Length;
                var to = ReadNode(graph, line, ref at);
                var label = arrow.Groups["between"].Success ? arrow.Groups["between"].Value : arrow.Groups["label"].Value;
                graph.Edges.Add(new GraphEdge(from, to, Unquote(label), arrow.Value.Contains("-.", StringComparison.Ordinal)));
                from = to;
            }
        }

        return graph;
    }

    private static string ReadNode(Graph graph, DiagramLine line, ref int at)
    {
        if (Node().Match(line.Text, at) is not { Success: true } node)
            throw line.NotUnderstood();
        at += node.Length;
        var id = node.Groups["id"].Value;
        var (label, shape) = node switch
        {
            _ when node.Groups["box"].Success => (node.Groups["box"].Value, NodeShape.Box),
            _ when node.Groups["round"].Success => (node.Groups["round"].Value, NodeShape.Round),
            _ when node.Groups["diamond"].Success => (node.Groups["diamond"].Value, NodeShape.Diamond),
            _ => (null, NodeShape.Box),
        };
        graph.Add(id, label is null ? null : Unquote(label), shape);
        return id;
    }

    private static string Unquote(string text) => text.Trim().Trim('"');

    [GeneratedRegex(@"\G\s*(?<id>\w+)(\[(?<box>""[^""]+""|[^\]""]+)\]|\(+(?<round>""[^""]+""|[^)""]+)\)+|\{(?<diamond>""[^""]+""|[^}""]+)\})?\s*")]
    private static partial Regex Node();

    [GeneratedRegex(@"\G\s*(--\s+(?<between>[^-]+?)\s+-->|-\.\s+(?<between>[^-]+?)\s+\.->|(-->|-\.->)(\s*\|(?<label>[^|]+)\|)?)\s*")]
    private static partial Regex Arrow();
}
