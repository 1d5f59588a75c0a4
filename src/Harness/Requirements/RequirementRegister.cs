using System.Text.RegularExpressions;
using Markdig.Syntax.Inlines;

namespace CoralMux.Harness.Requirements;

/// <summary>All requirements of the specification, read from its prose: the text is the only place where they are written.</summary>
public sealed partial class RequirementRegister
{
    private readonly Dictionary<string, Requirement> _byId;

    public RequirementRegister(IEnumerable<SpecFile> files)
        : this([.. files.SelectMany(Read)])
    {
    }

    /// <summary>The register that a stored report was judged by.</summary>
    public RequirementRegister(IReadOnlyList<Requirement> requirements)
    {
        All = requirements;
        _byId = All.GroupBy(requirement => requirement.Id).ToDictionary(group => group.Key, group => group.First());
    }

    /// <summary>In the order of the text. Doubled ids are kept: <c>spec check</c> reports them.</summary>
    public IReadOnlyList<Requirement> All { get; }

    public Requirement? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The requirements of one chapter: paragraphs that begin with a bold id.</summary>
    public static IEnumerable<Requirement> Read(string file, string markdown) => Read(new SpecFile(file, markdown));

    private static IEnumerable<Requirement> Read(SpecFile file)
    {
        foreach (var paragraph in file.Paragraphs)
        {
            if (SpecFile.StatementId(paragraph) is not { } id)
                continue;

            var feature = SpecFile.LeadingBold(paragraph)!.NextSibling is LiteralInline { Content.Length: 1 } space && space.NextSibling is CodeInline code
                && FeatureMark().Match(code.Content) is { Success: true } mark
                ? mark.Groups[1].Value
                : null;
            var statement = SpecFile.PlainText(paragraph.Inline)[id.Length..].Trim();
            if (feature is not null)
                statement = statement[(statement.IndexOf(feature, StringComparison.Ordinal) + feature.Length)..].Trim();
            // The strictest word decides; spec check sees to it that a statement has words of one level only.
            var level = NormativeWord.FindAll(paragraph).Select(word => word.Level).DefaultIfEmpty(RequirementLevel.May).Min();
            yield return new Requirement(id, level, file.Title, statement, feature, file.File, paragraph.Line + 1);
        }
    }

    [GeneratedRegex("^feature: ([a-z-]+)$")]
    private static partial Regex FeatureMark();
}
