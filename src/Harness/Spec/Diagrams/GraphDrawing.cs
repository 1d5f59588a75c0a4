using System.Globalization;
using System.Text;

namespace CoralMux.Harness.Spec.Diagrams;

/// <summary>A graph that was laid out, as SVG.</summary>
internal static class GraphDrawing
{
    private const double Margin = 12;
    private const int NodeColumns = 24;
    private const int LabelColumns = 20;
    private const double LoopWidth = 26;

    public static string ToSvg(Graph graph)
    {
        var layout = new GraphLayout(graph, node => SizeOf(graph, node), SizeOf);
        var svg = new StringBuilder();
        foreach (var path in layout.Paths)
            DrawPath(svg, path, layout);
        foreach (var loop in graph.Edges.Where(edge => edge.From == edge.To))
            DrawLoop(svg, loop, layout.Boxes[loop.From], graph);
        foreach (var box in layout.Boxes.Values)
            DrawNode(svg, box, graph);
        foreach (var path in layout.Paths.Where(path => path.Edge.Label.Length > 0))
            DrawLabel(svg, path);
        var label = string.Join("; ", graph.Edges.Select(edge => $"{edge.From} to {edge.To}{(edge.Label.Length > 0 ? ": " + edge.Label : "")}"));
        return SvgText.Frame(layout.Width + (2 * Margin), layout.Height + (2 * Margin), label, svg);
    }

    private static void DrawLabel(StringBuilder svg, LayoutPath path)
    {
        var box = path.LabelBox;
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"ground\" x=\"{box.X + Margin - (box.Width / 2):0.#}\" y=\"{box.Top + Margin:0.#}\" " +
            $"width=\"{box.Width:0.#}\" height=\"{box.Height:0.#}\"/>");
        SvgText.Write(svg, LabelOf(path.Edge), box.X + Margin, box.Y + Margin, "edge-label");
    }

    private static IReadOnlyList<string> LabelOf(GraphEdge edge) => SvgText.Wrap(edge.Label, LabelColumns);

    private static (double Width, double Height) SizeOf(GraphEdge edge) =>
        LabelOf(edge) is { Count: > 0 } lines ? (SvgText.Width(lines) + 4, SvgText.Height(lines) + 2) : (4, 12);

    private static (double Width, double Height, double EmptyLeft) SizeOf(Graph graph, GraphNode node)
    {
        var (width, height) = BodyOf(node);
        // Room for loops on the right, and the same on the left, so that the node stays in the centre.
        var loops = LoopsOf(graph, node.Id).Select(loop => SvgText.Width(LabelOf(loop)) + LoopWidth + 4).DefaultIfEmpty(0).Max();
        var loopHeight = LoopsOf(graph, node.Id).Sum(loop => Math.Max(24, SvgText.Height(LabelOf(loop)) + 6));
        return (width + (2 * loops), Math.Max(height, loopHeight), loops);
    }

    private static (double Width, double Height) BodyOf(GraphNode node)
    {
        var lines = SvgText.Wrap(node.Label, NodeColumns);
        return node.Shape switch
        {
            NodeShape.Start or NodeShape.End => (18, 18),
            NodeShape.Diamond => (SvgText.Width(lines) + 60, SvgText.Height(lines) + 40),
            _ => (Math.Max(60, SvgText.Width(lines) + 24), SvgText.Height(lines) + 18),
        };
    }

    private static IEnumerable<GraphEdge> LoopsOf(Graph graph, string id) => graph.Edges.Where(edge => edge.From == id && edge.To == id);

    private static void DrawNode(StringBuilder svg, LayoutBox box, Graph graph)
    {
        var node = box.Node!;
        var (width, height) = BodyOf(node);
        var (x, y) = (box.X + Margin, box.Y + Margin);
        switch (node.Shape)
        {
            case NodeShape.Start:
                svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"dot\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"7\"/>");
                return;
            case NodeShape.End:
                svg.Append(CultureInfo.InvariantCulture,
                    $"<circle class=\"ring\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"8\"/><circle class=\"dot\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"4.5\"/>");
                return;
            case NodeShape.Diamond:
                svg.Append(CultureInfo.InvariantCulture, $"<path class=\"node\" d=\"M{x:0.#} {y - (height / 2):0.#}L{x + (width / 2):0.#} {y:0.#}L{x:0.#} " +
                    $"{y + (height / 2):0.#}L{x - (width / 2):0.#} {y:0.#}z\"/>");
                break;
            default:
                svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"node\" x=\"{x - (width / 2):0.#}\" y=\"{y - (height / 2):0.#}\" " +
                    $"width=\"{width:0.#}\" height=\"{height:0.#}\" rx=\"{(node.Shape is NodeShape.Round ? 9 : 2)}\"/>");
                break;
        }

        SvgText.Write(svg, SvgText.Wrap(node.Label, NodeColumns), x, y, "node-label");
    }

    private static void DrawPath(StringBuilder svg, LayoutPath path, GraphLayout layout)
    {
        // Straight through the boxes on the way, bent only between the rows: so an edge reaches its label from above or below.
        var upwards = path.Boxes[0].Y > path.Boxes[^1].Y;
        var points = new List<(double X, double Y)> { Port(path.Boxes[0], path.Boxes[1], layout) };
        foreach (var box in path.Boxes.Skip(1).SkipLast(1))
        {
            points.Add((box.X + Margin, (upwards ? box.Bottom : box.Top) + Margin));
            points.Add((box.X + Margin, (upwards ? box.Top : box.Bottom) + Margin));
        }

        points.Add(Port(path.Boxes[^1], path.Boxes[^2], layout));
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"M{points[0].X:0.#} {points[0].Y:0.#}");
        foreach (var (from, to) in points.Zip(points.Skip(1)))
        {
            var middle = (from.Y + to.Y) / 2;
            line.Append(CultureInfo.InvariantCulture, $"C{from.X:0.#} {middle:0.#} {to.X:0.#} {middle:0.#} {to.X:0.#} {to.Y:0.#}");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"edge{(path.Edge.Dashed ? " dashed" : "")}\" d=\"{line}\" marker-end=\"url(#arrow)\"/>");
    }

    /// <summary>Where an edge meets a node: the edges of one side share its width, in the order of where they lead.</summary>
    private static (double X, double Y) Port(LayoutBox box, LayoutBox towards, GraphLayout layout)
    {
        var (width, height) = BodyOf(box.Node!);
        var below = towards.Y > box.Y;
        var side = (below ? box.Below : box.Above).OrderBy(neighbour => neighbour.X).ToList();
        var room = box.Node!.Shape is NodeShape.Box or NodeShape.Round ? width - 24 : 0;
        var spacing = side.Count > 1 ? Math.Min(28, room / (side.Count - 1)) : 0;
        var x = box.X + ((side.IndexOf(towards) - ((side.Count - 1) / 2.0)) * spacing);
        return (x + Margin, box.Y + Margin + ((below ? height : -height) / 2));
    }

    private static void DrawLoop(StringBuilder svg, GraphEdge loop, LayoutBox box, Graph graph)
    {
        var loops = LoopsOf(graph, loop.From).ToList();
        var (width, _) = BodyOf(box.Node!);
        var x = box.X + Margin + (width / 2);
        var y = box.Y + Margin + ((loops.IndexOf(loop) - ((loops.Count - 1) / 2.0)) * 24);
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"edge{(loop.Dashed ? " dashed" : "")}\" d=\"M{x:0.#} {y - 7:0.#}C{x + LoopWidth:0.#} " +
            $"{y - 14:0.#} {x + LoopWidth:0.#} {y + 14:0.#} {x:0.#} {y + 7:0.#}\" marker-end=\"url(#arrow)\"/>");
        SvgText.Write(svg, LabelOf(loop), x + LoopWidth, y, "edge-label", "start");
    }
}
