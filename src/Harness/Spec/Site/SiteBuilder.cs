using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Proof;

namespace CoralMux.Harness.Spec.Site;

/// <summary>The specification as a directory of pages: no network, no server, two small files of style and script.</summary>
public static class SiteBuilder
{
    private static readonly string[] Assets = ["style.css", "filter.js"];

    /// <returns>The number of pages.</returns>
    /// <exception cref="SiteException">The specification has something that no page can show.</exception>
    public static int Build(Suite suite, string directory)
    {
        var map = new SiteMap(suite);
        var pages = Pages(map, KillMatrixFile.Of(suite)).ToList();
        Directory.CreateDirectory(directory);
        foreach (var (name, html) in pages)
            File.WriteAllText(Path.Combine(directory, name), html, new UTF8Encoding(false));
        foreach (var asset in Assets)
        {
            using var source = typeof(SiteBuilder).Assembly.GetManifestResourceStream($"site/{asset}")!;
            using var target = File.Create(Path.Combine(directory, asset));
            source.CopyTo(target);
        }

        foreach (var document in map.Documents)
        {
            var target = Path.Combine(directory, document);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(suite.Root, document), target, overwrite: true);
        }

        return pages.Count;
    }

    private static IEnumerable<(string Name, string Html)> Pages(SiteMap map, KillMatrixFile matrix)
    {
        yield return (SiteMap.Start, StartPage.Render(map));
        foreach (var chapter in map.Chapters)
            yield return (map.PageOf(chapter), ChapterPage.Render(map, chapter));
        yield return (SiteMap.Requirements, RequirementsPage.Render(map));
        yield return (SiteMap.Coverage, CoveragePage.Render(map));
        yield return (SiteMap.Proof, ProofPage.Render(map, matrix));
        yield return (SiteMap.Scenarios, ScenarioPages.RenderList(map));
        foreach (var feature in map.Features)
            yield return (SiteMap.PageOfFeature(feature.Key), ScenarioPages.Render(map, feature));
        yield return (SiteMap.Schemas, SchemaPages.RenderList(map));
        foreach (var schema in map.SchemaFiles)
            yield return (schema.Page, SchemaPages.Render(map, schema));
    }
}
