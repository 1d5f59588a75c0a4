using System.Globalization;
using System.Text;

namespace CoralMux.Harness.Spec.Diagrams;

/// <summary>A sequence diagram as SVG: one column per participant, time runs downwards.</summary>
internal sealed class SequenceDrawing
{
    private const double Margin = 12;
    private const double HeadHeight = 34;
    private const int TextColumns = 34;
    private const double SelfWidth = 34;

    private readonly SequenceDiagram _diagram;
    private readonly double[] _x;
    private readonly double _width;
    private readonly StringBuilder _frames = new();
    private readonly StringBuilder _items = new();
    private readonly Stack<(double Top, int Depth)> _open = new();
    private double _y = Margin + HeadHeight + 12;

    private SequenceDrawing(SequenceDiagram diagram)
    {
        _diagram = diagram;
        (_x, _width) = Columns(diagram);
    }

    public static string ToSvg(SequenceDiagram diagram) => new SequenceDrawing(diagram).Draw();

    private string Draw()
    {
        foreach (var item in _diagram.Items)
            Draw(item);

        var bottom = _y + 4;
        var svg = new StringBuilder();
        foreach (var x in _x)
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"lifeline\" d=\"M{x:0.#} {Margin + HeadHeight:0.#}V{bottom:0.#}\"/>");
        svg.Append(_frames);
        foreach (var (x, label) in _x.Zip(_diagram.Participants))
        {
            var width = Math.Max(70, SvgText.Width([label]) + 24);
            svg.Append(CultureInfo.InvariantCulture,
                $"<rect class=\"node\" x=\"{x - (width / 2):0.#}\" y=\"{Margin:0.#}\" width=\"{width:0.#}\" height=\"{HeadHeight:0.#}\" rx=\"4\"/>");
            SvgText.Write(svg, [label], x, Margin + (HeadHeight / 2), "node-label");
        }

        svg.Append(_items);
        var summary = string.Join("; ", _diagram.Items.OfType<SequenceItem.Message>()
            .Select(message => $"{_diagram.Participants[message.From]} to {_diagram.Participants[message.To]}: {message.Text}"));
        return SvgText.Frame(_width, bottom + Margin, summary, svg);
    }

    private static IReadOnlyList<string> Lines(string text) => SvgText.Wrap(text, TextColumns);

    private static (double[] X, double Width) Columns(SequenceDiagram diagram)
    {
        var count = diagram.Participants.Count;
        var x = new double[count];
        double HeadWidth(int column) => Math.Max(70, SvgText.Width([diagram.Participants[column]]) + 24);
        for (var column = 0; column < count; column++)
        {
            x[column] = column == 0 ? Margin + Math.Max(HeadWidth(0) / 2, 60) : x[column - 1] + ((HeadWidth(column - 1) + HeadWidth(column)) / 2) + 40;
            foreach (var message in diagram.Items.OfType<SequenceItem.Message>())
            {
                var (first, last) = (Math.Min(message.From, message.To), Math.Max(message.From, message.To));
                if (last == column && first < last)
                    x[column] = Math.Max(x[column], x[first] + SvgText.Width(Lines(message.Text)) + 34);
                else if (first == last && first == column - 1)
                    x[column] = Math.Max(x[column], x[first] + SvgText.Width(Lines(message.Text)) + SelfWidth + 20);
            }
        }

        var right = x[^1] + Math.Max(HeadWidth(count - 1) / 2, 60);
        var selfAtEnd = diagram.Items.OfType<SequenceItem.Message>().Where(message => message.From == message.To && message.From == count - 1)
            .Select(message => x[^1] + SelfWidth + SvgText.Width(Lines(message.Text)));
        return (x, selfAtEnd.Append(right).Max() + Margin);
    }

    private void Draw(SequenceItem item)
    {
        switch (item)
        {
            case SequenceItem.Message message:
                DrawMessage(message);
                break;
            case SequenceItem.Note note:
                DrawNote(note);
                break;
            case SequenceItem.BlockStart start:
                _open.Push((_y, _open.Count));
                DrawBlockText($"{start.Kind}  {start.Text}");
                break;
            case SequenceItem.BlockElse other:
                var inset = Inset(_open.Peek().Depth);
                _items.Append(CultureInfo.InvariantCulture, $"<path class=\"lifeline\" d=\"M{inset:0.#} {_y:0.#}H{_width - inset:0.#}\"/>");
                DrawBlockText($"else  {other.Text}");
                break;
            case SequenceItem.BlockEnd:
                var (top, depth) = _open.Pop();
                _frames.Append(CultureInfo.InvariantCulture, $"<rect class=\"frame\" x=\"{Inset(depth):0.#}\" y=\"{top:0.#}\" " +
                    $"width=\"{_width - (2 * Inset(depth)):0.#}\" height=\"{_y - top + 4:0.#}\"/>");
                _y += 14;
                break;
        }
    }

    private static double Inset(int depth) => 3 + (5 * depth);

    private void DrawBlockText(string text)
    {
        SvgText.Write(_items, [text], Inset(_open.Peek().Depth) + 6, _y + 12, "edge-label", "start");
        _y += 24;
    }

    private void DrawMessage(SequenceItem.Message message)
    {
        var lines = Lines(message.Text);
        var height = SvgText.Height(lines);
        var style = $"edge{(message.Dashed ? " dashed" : "")}";
        var (from, to) = (_x[message.From], _x[message.To]);
        if (message.From == message.To)
        {
            var middle = _y + Math.Max(10, height / 2);
            _items.Append(CultureInfo.InvariantCulture,
                $"<path class=\"{style}\" d=\"M{from:0.#} {middle - 8:0.#}h{SelfWidth - 10:0.#}v16H{from + 1:0.#}\" marker-end=\"url(#arrow)\"/>");
            SvgText.Write(_items, lines, from + SelfWidth - 4, middle, "edge-label", "start");
            _y += Math.Max(20, height) + 10;
            return;
        }

        SvgText.Write(_items, lines, (from + to) / 2, _y + (height / 2), "edge-label");
        _y += height + 4;
        var end = message.Lost ? (from + to) / 2 : to;
        _items.Append(CultureInfo.InvariantCulture,
            $"<path class=\"{style}\" d=\"M{from:0.#} {_y:0.#}H{end:0.#}\"{(message.Lost ? "" : " marker-end=\"url(#arrow)\"")}/>");
        if (message.Lost)
            _items.Append(CultureInfo.InvariantCulture, $"<path class=\"edge\" d=\"M{end - 5:0.#} {_y - 5:0.#}l10 10m0 -10l-10 10\"/>");
        _y += 12;
    }

    private void DrawNote(SequenceItem.Note note)
    {
        var lines = Lines(note.Text);
        var centre = (_x[note.First] + _x[note.Last]) / 2;
        var width = Math.Max(_x[note.Last] - _x[note.First] + 40, SvgText.Width(lines) + 20);
        var height = SvgText.Height(lines) + 10;
        _items.Append(CultureInfo.InvariantCulture,
            $"<rect class=\"note\" x=\"{centre - (width / 2):0.#}\" y=\"{_y:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\" rx=\"3\"/>");
        SvgText.Write(_items, lines, centre, _y + (height / 2), "node-label");
        _y += height + 12;
    }
}
