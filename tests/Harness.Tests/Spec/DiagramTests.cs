using CoralMux.Harness.Spec.Diagrams;

namespace CoralMux.Harness.Tests.Spec;

public sealed class DiagramTests
{
    [Theory]
    [InlineData("stateDiagram-v2\n[*] --> Open: handshake\nOpen --> Open: talk\nOpen --> [*]", new[] { ">Open<", ">handshake<", ">talk<", "class=\"ring\"" })]
    [InlineData("stateDiagram-v2\nstate \"Long name\" as L\nL --> M\nM: Described", new[] { ">Long name<", ">Described<" })]
    [InlineData("flowchart TD\n  A[\"first (1)\"] -->|yes| B{which?}\n  B -- no --> C(round)\n  B -.-> C",
        new[] { ">first (1)<", ">yes<", ">which?<", ">no<", ">round<", "edge dashed" })]
    [InlineData("graph LR\n  A --> B --> C", new[] { ">A<", ">B<", ">C<" })]
    [InlineData("sequenceDiagram\nparticipant P as Phone\nP->>R: auth\nR--xP: lost\nNote over P,R: both know\nloop often\nP->>P: think\nend",
        new[] { ">Phone<", ">auth<", ">lost<", ">both know<", ">loop  often<", ">think<" })]
    [InlineData("stateDiagram-v2\nA --> B: <script>&", new[] { "&lt;script&gt;&amp;" })]
    public void ToSvg_KnownDiagram_ShowsEveryWord(string mermaid, string[] parts)
    {
        var svg = Diagram.ToSvg(mermaid);

        Assert.All(parts, part => Assert.Contains(part, svg, StringComparison.Ordinal));
        _ = System.Xml.Linq.XElement.Parse(svg);
    }

    [Theory]
    [InlineData("gantt\nx", 1, "'gantt' is not supported")]
    [InlineData("stateDiagram-v2\nA --> B\nstate X {", 3, "'state X {' is not understood")]
    [InlineData("flowchart TD\nA --> B\nA ==> B", 3, "'A ==> B' is not understood")]
    [InlineData("flowchart TD\nsubgraph X", 2, "'subgraph X' is not understood")]
    [InlineData("sequenceDiagram\n%% said aside\nautonumber", 3, "'autonumber' is not understood")]
    [InlineData("sequenceDiagram\nloop for ever\nA->>B: x", 2, "'loop for ever' has no end")]
    [InlineData("sequenceDiagram", 1, "the diagram shows nothing")]
    [InlineData("", 1, "the diagram is empty")]
    public void ToSvg_LineThatIsNotUnderstood_IsRefusedByName(string mermaid, int line, string message)
    {
        var exception = Assert.Throws<DiagramException>(() => Diagram.ToSvg(mermaid));

        Assert.Equal(line, exception.Line);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layout_RandomGraphs_CoverNothingTwice()
    {
        var random = new Random(20260729);
        for (var round = 0; round < 200; round++)
        {
            var graph = new Graph();
            var nodes = random.Next(2, 9);
            for (var node = 0; node < nodes; node++)
                graph.Add($"n{node}", null, NodeShape.Box);
            for (var edge = random.Next(1, 14); edge > 0; edge--)
                graph.Edges.Add(new GraphEdge($"n{random.Next(nodes)}", $"n{random.Next(nodes)}", "", Dashed: false));

            var layout = new GraphLayout(graph, _ => (60, 30, 0), _ => (random.Next(5, 120), 15));

            var boxes = layout.Boxes.Values.Concat(layout.Paths.SelectMany(path => path.Boxes)).Distinct().ToList();
            foreach (var (a, b) in boxes.SelectMany((a, index) => boxes.Skip(index + 1).Select(b => (a, b))))
            {
                Assert.True(
                    Math.Abs(a.X - b.X) >= ((a.Width + b.Width) / 2) - 0.001 || Math.Abs(a.Y - b.Y) >= ((a.Height + b.Height) / 2) - 0.001,
                    $"Two boxes overlap in round {round}.");
            }

            Assert.All(boxes, box => Assert.True(box.X - (box.Width / 2) >= -0.001 && box.X + (box.Width / 2) <= layout.Width + 0.001));
        }
    }
}
