using System.Globalization;
using System.Text;

namespace CoralMux.Harness.Reports.Html.Charts;

/// <summary>Lines, bars and marks over two axes, as SVG that takes its colours from the page.</summary>
internal sealed record Chart(string Name, Axis X, Axis Y, IReadOnlyList<Line> Lines)
{
    public IReadOnlyList<Bar> Bars { get; init; } = [];

    public IReadOnlyList<Limit> Limits { get; init; } = [];

    public Band? Band { get; init; }

    private const int Top = 22;
    private const int Bottom = 40;
    private const int Left = 62;
    private const int Right = 16;
    private const double LetterWidth = 7.2;

    /// <summary>One drawing for wide windows and one for phones: letters keep their size.</summary>
    public string Draw() => Draw("wide", 520, 250) + Draw("narrow", 344, 236);

    private string Draw(string style, int width, int height)
    {
        var (right, bottom) = (width - Right, height - Bottom);
        double Across(double value) => Left + X.At(value) * (right - Left);
        double Down(double value) => bottom - Y.At(value) * (bottom - Top);

        var svg = new StringBuilder();
        svg.Append($"<svg class=\"plot {style}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" data-left=\"{Left}\" ");
        svg.Append($"data-right=\"{right}\" role=\"img\" aria-label=\"{Markup.Line(Name)}; the numbers are in the table below\">");
        if (Band is { } band)
        {
            var (from, to) = (Across(band.From), Across(band.To));
            svg.Append($"<rect class=\"band\" x=\"{N(from)}\" y=\"{Top}\" width=\"{N(Math.Max(2, to - from))}\" height=\"{bottom - Top}\"/>");
        }

        foreach (var (value, label) in Y.Ticks)
        {
            var y = Down(value);
            svg.Append($"<path class=\"grid\" d=\"M{Left} {N(y)}H{right}\"/><text class=\"y\" x=\"{Left - 7}\" y=\"{N(y + 4)}\">{Markup.Line(label)}</text>");
        }

        DrawAcross(svg, Across, right, bottom);
        svg.Append($"<text class=\"t\" x=\"{Left - 56}\" y=\"12\">{Markup.Line(Y.Title)}</text>");
        svg.Append($"<text class=\"t x\" x=\"{right}\" y=\"{height - 4}\">{Markup.Line(X.Title)}</text>");
        foreach (var bar in Bars)
        {
            var (from, to, top, foot) = (Across(bar.From), Across(bar.To), Down(bar.Top), Down(bar.Base));
            var (wide, high) = (Math.Max(1.5, to - from - 0.6), Math.Max(0.8, foot - top));
            svg.Append($"<rect class=\"pile s{bar.Colour} c{bar.Colour}\" x=\"{N(from)}\" y=\"{N(top)}\" width=\"{N(wide)}\" height=\"{N(high)}\"/>");
        }

        foreach (var (index, line) in Lines.Index())
            DrawLine(svg, line, index, Across, Down);
        foreach (var limit in Limits)
        {
            svg.Append($"<path class=\"limit\" d=\"M{Left} {N(Down(limit.Y))}H{right}\"/>");
            svg.Append($"<text class=\"limit\" x=\"{right - 4}\" y=\"{N(Down(limit.Y) - 4)}\">{Markup.Line(limit.Words)}</text>");
        }

        svg.Append($"<path class=\"here\" d=\"M0 {Top}V{bottom}\"/></svg>");
        return svg.ToString();
    }

    // Labels that would touch the one before them are left out; their lines stay.
    private void DrawAcross(StringBuilder svg, Func<double, double> across, int right, int bottom)
    {
        var free = double.MinValue;
        foreach (var (value, label) in X.Ticks)
        {
            var x = across(value);
            svg.Append($"<path class=\"grid\" d=\"M{N(x)} {Top}V{bottom}\"/>");
            var half = label.Length * LetterWidth / 2;
            var centre = Math.Min(x, right + Right - half);
            if (centre - half < free)
                continue;
            svg.Append($"<text class=\"x\" x=\"{N(centre)}\" y=\"{bottom + 16}\">{Markup.Line(label)}</text>");
            free = centre + half + 6;
        }
    }

    private static void DrawLine(StringBuilder svg, Line line, int index, Func<double, double> across, Func<double, double> down)
    {
        svg.Append($"<g class=\"s{index + 1} {line.Style}\">");
        var path = new StringBuilder();
        var isOpen = false;
        foreach (var (at, (x, y)) in line.Points.Index())
        {
            if (y is not { } height)
            {
                isOpen = false;
                continue;
            }

            var alone = !isOpen && (at + 1 == line.Points.Count || line.Points[at + 1].Y is null);
            if (line.IsMarks || alone)
                svg.Append($"<circle cx=\"{N(across(x))}\" cy=\"{N(down(height))}\" r=\"{(line.IsMarks ? "4.5" : "2.5")}\"/>");
            else
                path.Append($"{(isOpen ? 'L' : 'M')}{N(across(x))} {N(down(height))}");
            isOpen = !line.IsMarks;
        }

        if (path.Length > 0)
            svg.Append($"<path d=\"{path}\"/>");
        svg.Append("</g>");
    }

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
