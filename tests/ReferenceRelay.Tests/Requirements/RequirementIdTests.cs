using System.Text.RegularExpressions;
using CoralMux.ReferenceRelay.Tests.Publishing;

namespace CoralMux.ReferenceRelay.Tests.Requirements;

/// <summary>
/// The relay's code names each rule that binds the relay where it implements it. Rules that no line can name are listed,
/// each with its reason, in src/ReferenceRelay/not-in-code.md.
/// </summary>
public sealed partial class RequirementIdTests
{
    private static readonly string Source = Path.Combine(PublishedFile.Repository, "src", "ReferenceRelay");

    /// <summary>All ids of the specification, with their statements.</summary>
    private static readonly Dictionary<string, string> Statements = Directory
        .EnumerateFiles(Path.Combine(PublishedFile.Repository, "spec"), "*.md", SearchOption.AllDirectories)
        .SelectMany(File.ReadLines)
        .Select(line => Statement().Match(line))
        .Where(match => match.Success)
        .ToDictionary(match => match.Groups["id"].Value, match => match.Groups["text"].Value);

    private static readonly HashSet<string> Areas = [.. Statements.Keys.Select(AreaOf)];

    private static readonly Dictionary<string, string> Exceptions = File
        .ReadLines(Path.Combine(Source, "not-in-code.md"))
        .Select(line => Row().Match(line))
        .Where(match => match.Success)
        .ToDictionary(match => match.Groups["id"].Value, match => match.Groups["reason"].Value);

    private static readonly HashSet<string> Named =
    [
        .. Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Source, file).StartsWith("obj", StringComparison.Ordinal))
            .SelectMany(file => Id().Matches(File.ReadAllText(file)))
            .Select(match => match.Value)
            .Where(id => Areas.Contains(AreaOf(id))),
    ];

    [Fact]
    public void Specification_HasRulesForTheRelay_AndForOthers()
    {
        Assert.Contains(Statements, rule => BindsTheRelay(rule.Value));
        Assert.Contains(Statements, rule => !BindsTheRelay(rule.Value));
    }

    [Fact]
    public void EveryRuleForTheRelay_IsNamedInItsCode_OrListedWithAReason() => Assert.Empty(
        Statements.Where(rule => BindsTheRelay(rule.Value) && !Named.Contains(rule.Key) && !Exceptions.ContainsKey(rule.Key)).Select(rule => rule.Key));

    [Fact]
    public void EveryIdInTheCode_IsARuleOfTheSpecification() => Assert.Empty(Named.Where(id => !Statements.ContainsKey(id)));

    [Fact]
    public void EveryListedRule_BindsTheRelay_IsNotNamed_AndHasAReason() => Assert.Empty(
        Exceptions.Where(row => !Statements.TryGetValue(row.Key, out var text) || !BindsTheRelay(text) || Named.Contains(row.Key) || row.Value.Length < 10));

    /// <summary>A statement begins with whom it binds (spec/README.md, "How ids work").</summary>
    private static bool BindsTheRelay(string statement) => statement.StartsWith("The relay ", StringComparison.Ordinal);

    private static string AreaOf(string id) => id[..id.IndexOf('-', StringComparison.Ordinal)];

    [GeneratedRegex(@"^\*\*(?<id>[A-Z]+-\d{2,})\*\* (`feature: [\w-]+` )?(?<text>.+)$")]
    private static partial Regex Statement();

    [GeneratedRegex(@"^\| (?<id>[A-Z]+-\d{2,}) \| (?<reason>.*) \|$")]
    private static partial Regex Row();

    [GeneratedRegex(@"\b[A-Z]+-\d{2,}\b")]
    private static partial Regex Id();
}
