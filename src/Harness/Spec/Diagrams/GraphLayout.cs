namespace CoralMux.Harness.Spec.Diagrams;

/// <summary>Something that takes room in a row: a node, or the place where an edge crosses the row, with its label.</summary>
/// <param name="emptyLeft">How much of the width is empty on the left: a node's loops hang on its right, and it is the centre all the same.</param>
internal sealed class LayoutBox(double width, double height, double emptyLeft = 0)
{
    public GraphNode? Node { get; init; }

    public double Width { get; } = width;

    public double Height { get; } = height;

    public double Left => X - (Width / 2) + emptyLeft;

    public double Top => Y - (Height / 2);

    public double Bottom => Y + (Height / 2);

    public int Row { get; set; }

    public double X { get; set; }

    public double Y { get; set; }

    /// <summary>Neighbours one row up and one row down.</summary>
    public List<LayoutBox> Above { get; } = [];

    public List<LayoutBox> Below { get; } = [];
}

/// <summary>An edge as the boxes it passes, from its tail to its head; the middle one carries the label.</summary>
internal sealed record LayoutPath(GraphEdge Edge, IReadOnlyList<LayoutBox> Boxes, LayoutBox LabelBox);

/// <summary>
/// Sugiyama's layered drawing in its plain form: cycles broken, every node in a row below those that lead to it, rows sorted by
/// the mean of their neighbours. Every edge is at least two rows long and its label has a box of its own in between, so that
/// labels cover neither one another nor a node.
/// </summary>
internal sealed class GraphLayout
{
    private const double Gap = 26;
    private const double RowGap = 20;
    private const int Sweeps = 24;

    private readonly List<List<LayoutBox>> _rows = [];

    public GraphLayout(
        Graph graph, Func<GraphNode, (double Width, double Height, double EmptyLeft)> sizeOfNode, Func<GraphEdge, (double Width, double Height)> sizeOfLabel)
    {
        Boxes = graph.Nodes.ToDictionary(node => node.Id, node => CreateBox(node, sizeOfNode(node)));
        var edges = graph.Edges.Where(edge => edge.From != edge.To).ToList();
        var reversed = FindBackEdges(graph, edges);
        AssignRows(edges, reversed);
        foreach (var box in Boxes.Values)
            RowAt(box.Row).Add(box);
        Paths = [.. edges.Select(edge => Route(edge, reversed.Contains(edge), sizeOfLabel(edge)))];
        SortRows();
        PlaceRows();
    }

    public IReadOnlyDictionary<string, LayoutBox> Boxes { get; }

    public IReadOnlyList<LayoutPath> Paths { get; }

    public double Width { get; private set; }

    public double Height { get; private set; }

    private static LayoutBox CreateBox(GraphNode node, (double Width, double Height, double EmptyLeft) size) =>
        new(size.Width, size.Height, size.EmptyLeft) { Node = node };

    /// <summary>Edges that lead back towards the start, by the number of steps that it takes to get there.</summary>
    private static HashSet<GraphEdge> FindBackEdges(Graph graph, List<GraphEdge> edges)
    {
        var order = new List<string>();
        foreach (var node in graph.Nodes.OrderBy(node => node.Shape is NodeShape.Start ? 0 : 1))
        {
            var queue = new Queue<string>([node.Id]);
            while (queue.TryDequeue(out var id))
            {
                if (order.Contains(id))
                    continue;
                order.Add(id);
                foreach (var edge in edges.Where(edge => edge.From == id))
                    queue.Enqueue(edge.To);
            }
        }

        return edges.Where(edge => order.IndexOf(edge.To) < order.IndexOf(edge.From)).ToHashSet<GraphEdge>(ReferenceEqualityComparer.Instance);
    }

    private void AssignRows(List<GraphEdge> edges, HashSet<GraphEdge> reversed)
    {
        for (var moved = true; moved;)
        {
            moved = false;
            foreach (var edge in edges)
            {
                var (upper, lower) = reversed.Contains(edge) ? (Boxes[edge.To], Boxes[edge.From]) : (Boxes[edge.From], Boxes[edge.To]);
                if (lower.Row >= upper.Row + 2)
                    continue;
                lower.Row = upper.Row + 2;
                moved = true;
            }
        }
    }

    private LayoutPath Route(GraphEdge edge, bool reversed, (double Width, double Height) label)
    {
        var (upper, lower) = reversed ? (Boxes[edge.To], Boxes[edge.From]) : (Boxes[edge.From], Boxes[edge.To]);
        var boxes = new List<LayoutBox> { upper };
        // Next to the tail, where a reader looks for the label.
        var labelRow = reversed ? lower.Row - 1 : upper.Row + 1;
        for (var row = upper.Row + 1; row < lower.Row; row++)
        {
            var box = row == labelRow ? new LayoutBox(label.Width, label.Height) : new LayoutBox(0, 0);
            box.Row = row;
            RowAt(row).Add(box);
            boxes.Add(box);
        }

        boxes.Add(lower);
        foreach (var (above, below) in boxes.Zip(boxes.Skip(1)))
        {
            above.Below.Add(below);
            below.Above.Add(above);
        }

        var labelBox = boxes.First(box => box.Row == labelRow);
        if (reversed)
            boxes.Reverse();
        return new LayoutPath(edge, boxes, labelBox);
    }

    private List<LayoutBox> RowAt(int row)
    {
        while (_rows.Count <= row)
            _rows.Add([]);
        return _rows[row];
    }

    private void SortRows()
    {
        var best = Snapshot();
        var fewest = Crossings();
        for (var sweep = 0; sweep < Sweeps && fewest > 0; sweep++)
        {
            var down = sweep % 2 == 0;
            foreach (var row in down ? _rows : Enumerable.Reverse(_rows))
            {
                var order = row.Select((box, index) => (Box: box, Key: Mean(down ? box.Above : box.Below, index)))
                    .OrderBy(entry => entry.Key).Select(entry => entry.Box).ToList();
                row.Clear();
                row.AddRange(order);
            }

            if (Crossings() is var crossings && crossings < fewest)
                (fewest, best) = (crossings, Snapshot());
        }

        foreach (var (row, order) in _rows.Zip(best))
        {
            row.Clear();
            row.AddRange(order);
        }

        List<List<LayoutBox>> Snapshot() => [.. _rows.Select(row => row.ToList())];

        double Mean(List<LayoutBox> neighbours, int otherwise) =>
            neighbours.Count == 0 ? otherwise : neighbours.Average(neighbour => _rows[neighbour.Row].IndexOf(neighbour));
    }

    private int Crossings()
    {
        var crossings = 0;
        foreach (var row in _rows)
        {
            var segments = row.SelectMany((box, index) => box.Below.Select(below => (From: index, To: _rows[below.Row].IndexOf(below)))).ToList();
            for (var i = 0; i < segments.Count; i++)
            {
                for (var j = i + 1; j < segments.Count; j++)
                {
                    if ((segments[i].From - segments[j].From) * (segments[i].To - segments[j].To) < 0)
                        crossings++;
                }
            }
        }

        return crossings;
    }

    private void PlaceRows()
    {
        var y = 0.0;
        foreach (var row in _rows)
        {
            var height = row.Count == 0 ? 0 : row.Max(box => box.Height);
            var x = 0.0;
            foreach (var box in row)
            {
                box.Y = y + (height / 2);
                box.X = x + (box.Width / 2);
                x += box.Width + Gap;
            }

            y += height + RowGap;
        }

        // Each box moves towards the mean of its neighbours, downwards for those above, upwards for those below, at last for
        // all of them; a row never overlaps and keeps its order.
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var settling = sweep >= Sweeps / 2;
            foreach (var row in sweep % 2 == 0 ? _rows : Enumerable.Reverse(_rows))
                Spread(row, [.. row.Select(box => Neighbours(box, settling, sweep % 2 == 0).Select(neighbour => neighbour.X).DefaultIfEmpty(box.X).Average())]);
        }

        // A chain of rows with a single box is a straight vertical line.
        foreach (var row in Enumerable.Reverse(_rows).Where(row => row is [{ Above.Count: <= 1, Below.Count: 1 }]))
            row[0].X = row[0].Below[0].X;
        foreach (var row in _rows.Where(row => row is [{ Above.Count: 1, Below.Count: 0 }]))
            row[0].X = row[0].Above[0].X;

        var left = _rows.SelectMany(row => row).Min(box => box.Left);
        foreach (var box in _rows.SelectMany(row => row))
            box.X -= left;
        Width = _rows.SelectMany(row => row).Max(box => box.X + (box.Width / 2));
        Height = y - RowGap;
    }

    private static IEnumerable<LayoutBox> Neighbours(LayoutBox box, bool all, bool down) =>
        all ? box.Above.Concat(box.Below) : down ? box.Above : box.Below;

    private static void Spread(List<LayoutBox> row, double[] wanted)
    {
        // Placed once from the left and once from the right: the mean of both keeps every distance and favours neither side.
        var fromLeft = new double[row.Count];
        var fromRight = new double[row.Count];
        for (var i = 0; i < row.Count; i++)
            fromLeft[i] = i == 0 ? wanted[i] : Math.Max(wanted[i], fromLeft[i - 1] + Distance(row[i - 1], row[i]));
        for (var i = row.Count - 1; i >= 0; i--)
            fromRight[i] = i == row.Count - 1 ? wanted[i] : Math.Min(wanted[i], fromRight[i + 1] - Distance(row[i], row[i + 1]));
        for (var i = 0; i < row.Count; i++)
            row[i].X = (fromLeft[i] + fromRight[i]) / 2;
    }

    private static double Distance(LayoutBox left, LayoutBox right) => ((left.Width + right.Width) / 2) + Gap;
}
