using System.Security.Cryptography;
using System.Text;

namespace CoralMux.Harness.Reports.Html;

/// <summary>
/// The shell of every report's page: one file that needs no other file and no network. Its content security policy allows
/// only its own script.
/// </summary>
internal static class Page
{
    /// <param name="style">Names of the assets, one after the other.</param>
    /// <param name="script">Name of the asset.</param>
    public static void Write(Stream output, string title, IReadOnlyList<string> style, string script, Action<TextWriter> body)
    {
        var code = Asset(script);
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(code)));
        var policy = $"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'";
        using var page = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true);
        page.Write($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <link rel="icon" href="data:,">
            <title>{Markup.Line(title)}</title>
            <style>{string.Concat(style.Select(Asset))}</style>
            </head>
            <body>

            """);
        body(page);
        page.Write($"""
            <script>{code}</script>
            </body>
            </html>

            """);
    }

    public static string Fact(string name, string markup) => $"<div><dt>{name}</dt><dd>{markup}</dd></div>";

    private static string Asset(string name)
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream("report/" + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
