using CoralMux.Harness.Basics;
using CoralMux.Harness.Spec.Site;
using CoralMux.Harness.Tests.Protocol;

namespace CoralMux.Harness.Tests.Spec;

/// <summary>The site of this repository's specification, built once.</summary>
public sealed class SiteFixture : PagesFixture
{
    /// <summary>File names, without the directory.</summary>
    public IReadOnlyList<string> Pages { get; private set; } = [];

    public string UrlOf(string page) => UrlOfFile(page);

    protected override void Write()
    {
        SiteBuilder.Build(Repository.Suite, Directory);
        Pages = [.. System.IO.Directory.EnumerateFiles(Directory, "*.html").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
    }
}
