using System.Globalization;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>The tokens that moved most, against their quota.</summary>
internal static class TokenTable
{
    public static void Write(LoadReport report, TextWriter page)
    {
        if (report.Tokens.Count == 0)
            return;
        var most = report.Tokens.Max(token => token.Bytes);
        var hasQuota = report.Tokens.Any(token => token.DailyQuotaBytes is > 0);
        page.Write($"<section><h2>Bytes and quota by token</h2><p class=\"soft\">The tokens that moved most in this run; in all {Quantity.Bytes.Write(report.Totals.BytesSent)} sent and {Quantity.Bytes.Write(report.Totals.BytesReceived)} received.</p><div class=\"scroll\" tabindex=\"0\"><table class=\"numbers tokens\"><thead><tr><th scope=\"col\">Token</th><th scope=\"col\">Moved here</th>{(hasQuota ? "<th scope=\"col\">Used today, as the relay says</th><th scope=\"col\">Daily quota</th>" : "")}<th scope=\"col\" class=\"words\">{(hasQuota ? "Used of the quota" : "Share of the most")}</th></tr></thead><tbody>");
        foreach (var token in report.Tokens)
        {
            var share = hasQuota ? (token.DailyUsedBytes ?? token.Bytes) / (double)Math.Max(1, token.DailyQuotaBytes ?? 1) : token.Bytes / (double)Math.Max(1, most);
            page.Write($"<tr><th scope=\"row\">{token.Token.ToString(CultureInfo.InvariantCulture)} <small>{Markup.Line(token.Scenario)}</small></th><td>{Quantity.Bytes.Write(token.Bytes)}</td>{(hasQuota ? $"<td>{Told(token.DailyUsedBytes)}</td><td>{Told(token.DailyQuotaBytes)}</td>" : "")}<td class=\"words\"><svg class=\"share\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"all\" width=\"100\" height=\"8\"/><rect width=\"{Math.Clamp(share * 100, 0, 100).ToString("0.##", CultureInfo.InvariantCulture)}\" height=\"8\"/></svg> {Quantity.Ratio.Write(Math.Round(share, 4))}</td></tr>");
        }

        page.Write("</tbody></table></div></section>\n");
    }

    private static string Told(long? bytes) => bytes is { } known ? Quantity.Bytes.Write(known) : "–";
}
