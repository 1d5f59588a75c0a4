using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace CoralMux.Harness.Requirements;

/// <summary>A row <c>| id | reason |</c> of a list next to the chapters: untestable, pending, retired.</summary>
/// <param name="Line">Counted from 1.</param>
public sealed record ReasonRow(string Id, string Reason, string Path, int Line)
{
    /// <summary>The rows of every table of the file, headers left out.</summary>
    public static IReadOnlyList<ReasonRow> Read(SpecFile file) =>
        [.. file.Document.Descendants<TableRow>().Where(row => !row.IsHeader).Select(row =>
        {
            var cells = row.OfType<TableCell>()
                .Select(cell => string.Join(" ", cell.Descendants<ParagraphBlock>().Select(paragraph => SpecFile.PlainText(paragraph.Inline))).Trim())
                .ToList();
            return new ReasonRow(cells[0], cells.Count > 1 ? cells[^1] : "", file.Path, row.Line + 1);
        })];
}
