using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Requirements;

namespace CoralMux.Harness.Spec.Site;

/// <summary>The pages and their content: all pages are in one directory, so that every link is a file name.</summary>
internal sealed class SiteMap
{
    public const string Start = "index.html";
    public const string Requirements = "requirements.html";
    public const string Schemas = "schemas.html";
    public const string Scenarios = "scenarios.html";
    public const string Coverage = "coverage.html";
    public const string Proof = "proof.html";

    private static readonly string[] NotOnTheSite = ["#", "https://", "http://", "mailto:"];

    private static readonly string[] Lists = ["untestable.md", "pending.md", "retired.md"];

    private readonly Suite _suite;

    public SiteMap(Suite suite)
    {
        _suite = suite;
        Sources = SpecSources.Load(suite);
        Preface = Sources.Files.FirstOrDefault(file => file.Name == "README.md");
        Chapters = [.. Sources.Files.Where(file => !Lists.Contains(file.Name) && file != Preface)];
        Features = [.. Sources.Scenarios.GroupBy(scenario => scenario.File)];
        SchemaFiles = SchemaFile.LoadAll(suite);
        Documents = [.. DocumentsOf(suite).Concat(SchemaFiles.Select(schema => schema.Path)).Order(StringComparer.Ordinal)];
    }

    public SpecSources Sources { get; }

    /// <summary>The text of the start page, if the specification has a README.</summary>
    public SpecFile? Preface { get; }

    public IReadOnlyList<SpecFile> Chapters { get; }

    /// <summary>Scenarios by feature file, in file order.</summary>
    public IReadOnlyList<IGrouping<string, Scenario>> Features { get; }

    public IReadOnlyList<SchemaFile> SchemaFiles { get; }

    /// <summary>Machine-readable files that are copied as they are: paths from the suite's root.</summary>
    public IReadOnlyList<string> Documents { get; }

    public string PageOf(SpecFile file) => file == Preface ? Start : Path.ChangeExtension(file.Name, ".html");

    public string PageOf(Requirement requirement) => PageOf(Sources.Files.First(file => file.File == requirement.File));

    /// <param name="file">Path below <c>features/</c>: the profile's folder comes first, and pages are of one profile.</param>
    public static string PageOfFeature(string file)
    {
        var inProfile = file[(file.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return $"feature-{Path.ChangeExtension(inProfile, null).Replace('/', '-')}.html";
    }

    public static string LinkTo(Scenario scenario) => $"{PageOfFeature(scenario.File)}#{AnchorOf(scenario)}";

    public static string AnchorOf(Scenario scenario) => scenario.Id[(scenario.Id.LastIndexOf('/') + 1)..];

    public string? LinkTo(string requirement) =>
        Sources.Register.Find(requirement) is { } found ? $"{PageOf(found)}#{found.Id}" : null;

    /// <summary>Where a link of the prose leads on the site.</summary>
    /// <param name="url">Relative to the chapters' folder, or absolute.</param>
    /// <returns>Null where it leads nowhere.</returns>
    public string? Resolve(string url)
    {
        if (NotOnTheSite.Any(start => url.StartsWith(start, StringComparison.Ordinal)))
            return url;

        var hash = url.IndexOf('#', StringComparison.Ordinal);
        var (path, fragment) = hash < 0 ? (url, "") : (url[..hash], url[hash..]);
        var absolute = Path.GetFullPath(Path.Combine(_suite.Specification, path));
        var inside = Path.GetRelativePath(_suite.Root, absolute).Replace('\\', '/').TrimEnd('/');
        if (inside.StartsWith("spec/", StringComparison.Ordinal) && Sources.Files.FirstOrDefault(file => file.Path == inside) is { } chapter)
            return (Lists.Contains(chapter.Name) ? Coverage : PageOf(chapter)) + fragment;
        if (SchemaFiles.FirstOrDefault(schema => schema.Path == inside) is { } schema)
            return schema.Page + fragment;
        if (Features.FirstOrDefault(feature => $"features/{feature.Key}" == inside) is { } feature)
            return PageOfFeature(feature.Key) + fragment;
        if (Documents.Contains(inside))
            return inside + fragment;
        return inside switch
        {
            _ when inside.StartsWith("schemas", StringComparison.Ordinal) && Path.Exists(absolute) => Schemas,
            _ when absolute == Path.GetFullPath(_suite.Features) => Scenarios,
            _ when Directory.Exists(absolute) => Start + "#files",
            _ => null,
        };
    }

    private static IEnumerable<string> DocumentsOf(Suite suite) =>
        Directory.EnumerateFiles(suite.Specification, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".json" or ".yaml")
            .Select(file => Path.GetRelativePath(suite.Root, file).Replace('\\', '/'));
}
