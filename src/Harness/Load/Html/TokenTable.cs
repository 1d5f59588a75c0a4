using System.Globalization;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>The tokens that moved the most bytes, with their quota.</summary>
internal static class TokenTable
{
    public static void Write(LoadReport report, TextWriter page)
    {
        if (report.Tokens.Count == 0)
            return;
        var most = report.Tokens.Max(token => token.Bytes);
        var hasQuota = report.Tokens.Any(token => token.DailyQuotaBytes is > 0);
        var (sent, received) = (Quantity.Bytes.Write(report.Totals.BytesSent), Quantity.Bytes.Write(report.Totals.BytesReceived));
        page.Write($"""
            <section><h2>Bytes and quota by token</h2><p class="soft">The tokens that moved the most bytes; in total {sent} sent and {received} received.</p>
            <div class="scroll" tabindex="0"><table class="numbers tokens"><thead><tr><th scope="col">Token</th><th scope="col">Moved here</th>
            {(hasQuota ? "<th scope=\"col\">Used today, as the relay says</th><th scope=\"col\">Daily quota</th>" : "")}
            <th scope="col" class="words">{(hasQuota ? "Used of the quota" : "Share of the most")}</th></tr></thead><tbody>
            """);
        foreach (var token in report.Tokens)
        {
            var (used, of) = hasQuota ? (token.DailyUsedBytes ?? token.Bytes, token.DailyQuotaBytes ?? 1) : (token.Bytes, most);
            var share = used / (double)Math.Max(1, of);
            page.Write($"<tr><th scope=\"row\">{token.Token.ToString(CultureInfo.InvariantCulture)} <small>{Markup.Line(token.Scenario)}</small></th>");
            page.Write($"<td>{Quantity.Bytes.Write(token.Bytes)}</td>");
            foreach (var bytes in hasQuota ? new[] { token.DailyUsedBytes, token.DailyQuotaBytes } : [])
                page.Write($"<td>{LoadWords.Write(bytes, Quantity.Bytes)}</td>");
            var width = Math.Clamp(share * 100, 0, 100).ToString("0.##", CultureInfo.InvariantCulture);
            page.Write("<td class=\"words\"><svg class=\"share\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
            page.Write($"<rect class=\"all\" width=\"100\" height=\"8\"/><rect width=\"{width}\" height=\"8\"/></svg> ");
            page.Write($"{Quantity.Ratio.Write(Math.Round(share, 4))}</td></tr>");
        }

        page.Write("</tbody></table></div></section>\n");
    }
}
