using System.Text.RegularExpressions;

namespace CoralMux.Harness.Spec.Diagrams;

/// <summary>Mermaid's <c>stateDiagram-v2</c> without composite states.</summary>
internal static partial class StateDiagram
{
    public static Graph Parse(IEnumerable<DiagramLine> lines)
    {
        var graph = new Graph();
        foreach (var line in lines)
        {
            if (Direction().IsMatch(line.Text))
                continue; // always drawn downwards: a phone is narrow

            if (Transition().Match(line.Text) is { Success: true } transition)
            {
                var (from, to) = (Name(transition, "from", "start"), Name(transition, "to", "end"));
                graph.Add(from, null, from == "[start]" ? NodeShape.Start : NodeShape.Round);
                graph.Add(to, null, to == "[end]" ? NodeShape.End : NodeShape.Round);
                graph.Edges.Add(new GraphEdge(from, to, transition.Groups["label"].Value, Dashed: false));
            }
            else if (Alias().Match(line.Text) is { Success: true } alias)
            {
                graph.Add(alias.Groups["id"].Value, alias.Groups["label"].Value, NodeShape.Round);
            }
            else if (Description().Match(line.Text) is { Success: true } description)
            {
                graph.Add(description.Groups["id"].Value, description.Groups["label"].Value, NodeShape.Round);
            }
            else
            {
                throw line.NotUnderstood();
            }
        }

        return graph;
    }

    private static string Name(Match transition, string group, string ending) =>
        transition.Groups[group].Value is var name && name == "[*]" ? $"[{ending}]" : name;

    [GeneratedRegex("^direction (TB|TD|BT|LR|RL)$")]
    private static partial Regex Direction();

    [GeneratedRegex(@"^(?<from>\[\*\]|[\w-]+)\s*-->\s*(?<to>\[\*\]|[\w-]+)\s*(:\s*(?<label>.+))?$")]
    private static partial Regex Transition();

    [GeneratedRegex("^state\\s+\"(?<label>[^\"]+)\"\\s+as\\s+(?<id>[\\w-]+)$")]
    private static partial Regex Alias();

    [GeneratedRegex(@"^(?<id>[\w-]+)\s*:\s*(?<label>.+)$")]
    private static partial Regex Description();
}
