using System.Globalization;

namespace CoralMux.Harness.Reports.Html.Charts;

/// <param name="X">Where the row lies on the chart's horizontal axis.</param>
/// <param name="Cells">The first says where; the others follow the figure's columns.</param>
internal sealed record ChartRow(double X, IReadOnlyList<string> Cells);

/// <summary>A chart with its name, a note, a legend, and its numbers as a table: for readers without the picture, and for the tooltip.</summary>
internal sealed record ChartFigure(string Title, Chart Chart, IReadOnlyList<string> Columns, IReadOnlyList<ChartRow> Rows)
{
    public string? Note { get; init; }

    /// <summary>Names of stacked bars, in the order of their colours; lines name themselves.</summary>
    public IReadOnlyList<string> Stacks { get; init; } = [];

    /// <summary>What a filter finds it by, or null where it is always shown.</summary>
    public string? Words { get; init; }

    public void Write(TextWriter page)
    {
        page.Write($"<figure class=\"chart\"{(Words is null ? "" : $" data-words=\"{Markup.Line(Words.ToLowerInvariant())}\"")}>");
        page.Write($"<figcaption><h3>{Markup.Line(Title)}</h3>{(Note is null ? "" : $"<p>{Markup.Line(Note)}</p>")}</figcaption>\n<ul class=\"legend\">");
        foreach (var (index, line) in Chart.Lines.Index())
            WriteKey(page, index + 1, line.Style, line.Name, line.IsMarks ? "<circle cx=\"13\" cy=\"5\" r=\"4\"/>" : "<path d=\"M1 5H25\"/>");
        foreach (var (index, name) in Stacks.Index())
            WriteKey(page, index % 6 + 1, $"c{index % 6 + 1}", name, "<rect class=\"pile\" x=\"6\" width=\"14\" height=\"10\"/>");
        page.Write($"</ul>\n{Chart.Draw()}\n");
        page.Write("<details class=\"data\"><summary>The numbers</summary><div class=\"scroll\" tabindex=\"0\"><table class=\"numbers\"><thead><tr>");
        foreach (var column in Columns)
            page.Write($"<th scope=\"col\">{Markup.Line(column)}</th>");
        page.Write("</tr></thead><tbody>");
        foreach (var row in Rows)
        {
            var at = Chart.X.At(row.X).ToString("0.####", CultureInfo.InvariantCulture);
            page.Write($"<tr data-at=\"{at}\"><th scope=\"row\">{Markup.Line(row.Cells[0])}</th>");
            foreach (var cell in row.Cells.Skip(1))
                page.Write($"<td>{Markup.Line(cell)}</td>");
            page.Write("</tr>");
        }

        page.Write("</tbody></table></div></details></figure>\n");
    }

    private static void WriteKey(TextWriter page, int number, string style, string name, string shape) =>
        page.Write($"<li data-series=\"s{number}\"><svg class=\"key\" viewBox=\"0 0 26 10\" width=\"26\" height=\"10\" aria-hidden=\"true\">"
            + $"<g class=\"{style}\">{shape}</g></svg> {Markup.Line(name)}</li>");
}
