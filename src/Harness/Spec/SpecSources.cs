using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Requirements;

namespace CoralMux.Harness.Spec;

/// <summary>Everything that must agree: the prose, the lists next to it, the lock, the scenarios.</summary>
public sealed class SpecSources
{
    /// <param name="files">Every Markdown file of a profile's folder in <c>spec/</c>.</param>
    /// <param name="lockText">The content of its <c>requirements.lock</c>, or null where there is none.</param>
    public SpecSources(IReadOnlyList<SpecFile> files, string? lockText, IReadOnlyList<Scenario> scenarios)
    {
        Files = files;
        Folder = files is [var first, ..] ? first.Path[..first.Path.LastIndexOf('/')] : "spec";
        Register = new RequirementRegister(files);
        Scenarios = scenarios;
        Lock = lockText is null ? null : RequirementLock.Parse(lockText, LockPath);
        Untestable = RowsOf("untestable.md");
        Pending = RowsOf("pending.md");
        Retired = RowsOf("retired.md");
    }

    public IReadOnlyList<SpecFile> Files { get; }

    /// <summary>The folder of the files as problems name it, such as <c>spec/pairs</c>.</summary>
    public string Folder { get; }

    public string LockPath => $"{Folder}/{RequirementLock.FileName}";

    public RequirementRegister Register { get; }

    public IReadOnlyList<Scenario> Scenarios { get; }

    public RequirementLock? Lock { get; }

    /// <summary>Requirements that no scenario can show.</summary>
    public IReadOnlyList<ReasonRow> Untestable { get; }

    /// <summary>Requirements without a scenario yet.</summary>
    public IReadOnlyList<ReasonRow> Pending { get; }

    /// <summary>Ids whose statement was withdrawn: their numbers are not used again.</summary>
    public IReadOnlyList<ReasonRow> Retired { get; }

    /// <exception cref="FeatureFileException">A feature file is not Gherkin, or two scenarios have the same name.</exception>
    public static SpecSources Load(Suite suite)
    {
        var lockFile = Path.Combine(suite.Specification, RequirementLock.FileName);
        var hasFeatures = Directory.Exists(suite.Features) && Directory.EnumerateFiles(suite.Features, "*.feature", SearchOption.AllDirectories).Any();
        return new SpecSources(
            SpecFile.LoadAll(suite),
            File.Exists(lockFile) ? File.ReadAllText(lockFile) : null,
            hasFeatures ? FeatureCatalog.Load(suite) : []);
    }

    public IEnumerable<Scenario> ScenariosOf(string id) => Scenarios.Where(scenario => scenario.Requirements.Contains(id));

    private IReadOnlyList<ReasonRow> RowsOf(string name) =>
        Files.FirstOrDefault(file => file.Name == name) is { } file ? ReasonRow.Read(file) : [];
}
