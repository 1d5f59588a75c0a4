namespace CoralMux.Harness.Spec.Diagrams;

internal enum NodeShape
{
    Box,
    Round,
    Diamond,
    Start,
    End,
}

internal sealed record GraphNode(string Id, string Label, NodeShape Shape);

internal sealed record GraphEdge(string From, string To, string Label, bool Dashed);

/// <summary>Nodes in the order in which they were first named, and the edges between them.</summary>
internal sealed class Graph
{
    private readonly Dictionary<string, GraphNode> _nodes = [];

    public IReadOnlyCollection<GraphNode> Nodes => _nodes.Values;

    public List<GraphEdge> Edges { get; } = [];

    /// <summary>Adds the node where it is new; a label given later replaces the one before.</summary>
    public void Add(string id, string? label, NodeShape shape)
    {
        if (!_nodes.TryGetValue(id, out var known))
            _nodes[id] = new GraphNode(id, label ?? id, shape);
        else if (label is not null)
            _nodes[id] = known with { Label = label, Shape = shape };
    }
}
