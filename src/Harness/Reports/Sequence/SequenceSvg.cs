using System.Globalization;
using System.Net;
using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Reports.Sequence;

/// <summary>Draws a <see cref="SequencePicture"/>: a column for each peer, the relay between phones and agents, time runs downwards.</summary>
internal sealed class SequenceSvg
{
    private const int Gutter = 62;
    private const int Column = 138;
    private const int Edge = 46;
    private const int HeadHeight = 26;
    private const int RowHeight = 27;
    private const double CharacterWidth = 6.3;
    private const int LaneName = 18;

    /// <summary>On a phone the picture may shrink so far before it scrolls.</summary>
    private const double LeastScale = 0.74;

    private readonly SequencePicture _picture;
    private readonly IReadOnlyList<TranscriptEntry> _transcript;
    private readonly string _anchor;
    private readonly StringBuilder _svg = new();
    private readonly Dictionary<string, int> _x = [];
    private readonly int _relay;
    private readonly int _width;

    private SequenceSvg(SequencePicture picture, IReadOnlyList<TranscriptEntry> transcript, string anchor)
    {
        (_picture, _transcript, _anchor) = (picture, transcript, anchor);
        var x = Gutter + Edge;
        foreach (var lane in picture.Left)
        {
            _x[lane] = x;
            x += Column;
        }

        _relay = x;
        foreach (var lane in picture.Right)
            _x[lane] = x += Column;
        // A picture with one side only leaves the other to the labels.
        _width = Math.Max(x + Edge, Gutter + Edge + Column + (picture.Right.Count > 0 ? Edge : 3 * Edge));
    }

    /// <param name="anchor">Prefix of the ids of the frames that the picture's lines lead to, or empty for none.</param>
    public static string Draw(SequencePicture picture, IReadOnlyList<TranscriptEntry> transcript, string anchor) =>
        new SequenceSvg(picture, transcript, anchor).Draw();

    private string Draw()
    {
        var height = HeadHeight + 14 + (_picture.Rows.Count * RowHeight) + 6;
        Write($"<svg class=\"seq\" viewBox=\"0 0 {_width} {height}\" width=\"{_width}\" style=\"min-width:{_width * LeastScale:0}px\"");
        Write($" role=\"img\" aria-label=\"Sequence picture of {_picture.Rows.Count} lines\">");
        foreach (var (lane, x) in _x.Append(new("relay", _relay)))
        {
            var name = Visible.Cut(lane, LaneName);
            var width = (int)(name.Length * CharacterWidth) + 18;
            var style = lane == "relay" ? " class=\"relay\"" : "";
            Write($"<path{style} d=\"M{x} {HeadHeight}V{height}\"/>");
            Write($"<rect{style} x=\"{x - (width / 2)}\" y=\"2\" width=\"{width}\" height=\"{HeadHeight - 4}\" rx=\"11\"/>");
            Write($"<text class=\"h\" x=\"{x}\" y=\"18\">{Escape(name)}</text>");
        }

        var y = HeadHeight + 14;
        foreach (var row in _picture.Rows)
        {
            Draw(row, y);
            y += RowHeight;
        }

        return _svg.Append("</svg>").ToString();
    }

    private void Draw(SequenceRow row, int y)
    {
        if (row.Kind == SequenceRowKind.Band)
        {
            var (width, height) = (_width - Gutter - 8, RowHeight - 7);
            Write($"<rect class=\"band\" x=\"{Gutter + 4}\" y=\"{y + 3}\" width=\"{width}\" height=\"{height}\" rx=\"4\"/>");
            WriteTime(row, y);
            var label = Escape(Fit(row.Label, _width - Gutter - 20));
            Write($"<text class=\"m\" x=\"{(Gutter + _width) / 2}\" y=\"{y + 17}\">{label}</text>");
            return;
        }

        var x = _x[row.Lane!];
        var style = row switch
        {
            { Kind: SequenceRowKind.Missing } => "miss",
            { IsOffending: true } => "bad",
            { Kind: SequenceRowKind.Event } => "ev",
            { Direction: Direction.Received } => "in",
            _ => "",
        };
        var link = _anchor.Length > 0 && row.Index is { } index ? $" href=\"#{_anchor}{index.ToString(CultureInfo.InvariantCulture)}\"" : null;
        _svg.Append(link is null ? "<g" : "<a" + link).Append(style.Length > 0 ? $" class=\"{style}\">" : ">");
        if (style == "bad")
            Write($"<rect x=\"{Gutter - 2}\" y=\"{y}\" width=\"{_width - Gutter}\" height=\"{RowHeight - 1}\" rx=\"4\"/>");
        WriteTime(row, y);
        WriteLabel(row, x, y + 14);
        if (row.Kind == SequenceRowKind.Event)
            Write($"<circle cx=\"{x}\" cy=\"{y + 18}\" r=\"3.5\"/>");
        else
            WriteArrow(row, x, y + 20);
        _svg.Append(link is null ? "</g>" : "</a>");
    }

    private void WriteArrow(SequenceRow row, int x, int y)
    {
        var (from, to) = row.Direction == Direction.Sent ? (x, _relay) : (_relay, x);
        var back = to > from ? -5 : 5;
        Write($"<path d=\"M{from} {y}H{to}m{back} -3.5l{-back} 3.5l{back} 3.5\"/>");
    }

    // Phones' labels begin at their column, agents' end at theirs: both have the whole width to themselves.
    private void WriteLabel(SequenceRow row, int x, int y)
    {
        if (row.Kind == SequenceRowKind.Missing)
        {
            Write($"<text x=\"{Gutter + 6}\" y=\"{y}\">{Escape(Fit(row.Label, _width - Gutter - 12))}</text>");
            return;
        }

        var isRight = x > _relay;
        var room = (isRight ? x - Gutter : _width - x) - 14;
        var mark = row.Index is { } index && row.Kind == SequenceRowKind.Frame ? FrameLabel.Mark(_transcript[index]) : null;
        var opened = row.Index is { } at && _transcript[at].Opened is not null ? "🔓 " : "";
        var label = Escape(Fit(opened + row.Label, room - (mark is null ? 0 : 34)));
        var span = mark is null ? "" : $"<tspan> {Escape(mark)}</tspan>";
        Write($"<text{(isRight ? " class=\"e\"" : "")} x=\"{(isRight ? x - 8 : x + 8)}\" y=\"{y}\">{label}{span}</text>");
    }

    private void WriteTime(SequenceRow row, int y)
    {
        var text = row.At.TotalMilliseconds < 10_000
            ? string.Create(CultureInfo.InvariantCulture, $"{row.At.TotalMilliseconds:0.0} ms")
            : string.Create(CultureInfo.InvariantCulture, $"{row.At.TotalSeconds:0.000} s");
        Write($"<text class=\"t\" x=\"{Gutter - 8}\" y=\"{y + 18}\">{text}</text>");
    }

    private static string Fit(string text, int room) => Visible.Line(text, Math.Max(4, (int)(room / CharacterWidth)));

    private void Write(FormattableString svg) => _svg.Append(svg.ToString(CultureInfo.InvariantCulture));

    private static string Escape(string text) => WebUtility.HtmlEncode(Visible.Line(text));
}
