using CoralMux.Harness.Requirements;
using CoralMux.Harness.Spec;
using CoralMux.Harness.Tests.Protocol;
using Markdig;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace CoralMux.Harness.Tests.Spec;

/// <summary>Every relative link in a Markdown file of the repository leads to a file, a folder or a heading.</summary>
public sealed class MarkdownLinkTests
{
    private static readonly string[] NotOurs = ["bin", "obj", "out", "node_modules", "StrykerOutput"];

    [Fact]
    public void Links_OfTheRepository_LeadToSomething()
    {
        var files = MarkdownBelow(Repository.Root).ToList();
        Assert.Contains(Repository.At("README.md"), files);
        var broken = from file in files
                     from url in LinksOf(file)
                     where !Leads(file, url)
                     select $"{Path.GetRelativePath(Repository.Root, file)}: {url}";
        Assert.Empty(broken);
    }

    private static IEnumerable<string> MarkdownBelow(string directory) =>
        Directory.EnumerateFiles(directory, "*.md").Concat(Directory.EnumerateDirectories(directory)
            .Where(folder => Path.GetFileName(folder) is var name && !name.StartsWith('.') && !NotOurs.Contains(name))
            .SelectMany(MarkdownBelow));

    private static IEnumerable<string> LinksOf(string file) =>
        Parse(file).Descendants<LinkInline>().Select(link => link.Url ?? "").Where(url => !url.Contains("://", StringComparison.Ordinal));

    private static bool Leads(string from, string url)
    {
        var parts = url.Split('#', 2);
        var target = parts[0].Length == 0 ? from : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(from)!, Uri.UnescapeDataString(parts[0])));
        if (parts.Length == 1 || Path.GetExtension(target) != ".md")
            return Path.Exists(target);
        return File.Exists(target) && Parse(target).Descendants<HeadingBlock>().Any(heading => heading.TryGetAttributes()?.Id == parts[1]);
    }

    private static MarkdownDocument Parse(string file) => Markdown.Parse(File.ReadAllText(file), SpecFile.Pipeline);
}
