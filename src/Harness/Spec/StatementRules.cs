using CoralMux.Harness.Requirements;
using Markdig.Syntax;

namespace CoralMux.Harness.Spec;

/// <summary>Rules for the prose itself: ids, their numbers, and the place of the words of RFC 2119.</summary>
internal static class StatementRules
{
    public static IEnumerable<SpecProblem> Check(SpecSources sources) =>
        [.. Ids(sources), .. Numbers(sources), .. Words(sources)];

    private static IEnumerable<SpecProblem> Ids(SpecSources sources)
    {
        foreach (var doubled in sources.Register.All.GroupBy(requirement => requirement.Id))
        {
            var first = doubled.First();
            foreach (var again in doubled.Skip(1))
                yield return SpecProblem.Of(again, $"{again.Id} is used already in spec/{first.File}:{first.Line}: give this statement the next free number.");
        }

        var areas = sources.Register.All.Select(requirement => requirement.Area).ToHashSet();
        foreach (var file in sources.Files)
        {
            foreach (var paragraph in file.Paragraphs)
            {
                if (SpecFile.LeadingBold(paragraph) is not { } bold)
                    continue;

                var text = SpecFile.PlainText(bold);
                if (RequirementId.IsAttempt(text, areas))
                    yield return new SpecProblem(file.Path, paragraph.Line + 1,
                        $"'{text}' is not an id; use an area in capitals, a hyphen and two digits or more, as in PAIR-07.");
            }
        }

        foreach (var row in sources.Retired)
        {
            if (sources.Register.Find(row.Id) is { } alive)
                yield return SpecProblem.Of(alive,
                    $"{row.Id} is retired ({row.Path}:{row.Line}) and must not be used again: give this statement the next free number.");
        }
    }

    private static IEnumerable<SpecProblem> Numbers(SpecSources sources)
    {
        // An id that is only in the lock is reported as removed, which says more.
        var accountedFor = sources.Retired.Select(row => row.Id).Concat(sources.Lock?.Entries.Select(entry => entry.Id) ?? []).ToHashSet();
        foreach (var area in sources.Register.All.GroupBy(requirement => requirement.Area))
        {
            var expected = 1;
            foreach (var requirement in area.DistinctBy(requirement => requirement.Id).OrderBy(requirement => RequirementId.NumberOf(requirement.Id)))
            {
                for (; expected < RequirementId.NumberOf(requirement.Id); expected++)
                {
                    var missing = $"{area.Key}-{expected:D2}";
                    if (!accountedFor.Contains(missing))
                        yield return SpecProblem.Of(requirement,
                            $"{missing} is missing before {requirement.Id}: number without gaps, or give the reason in {sources.Folder}/retired.md.");
                }

                expected++;
            }
        }
    }

    private static IEnumerable<SpecProblem> Words(SpecSources sources)
    {
        var citationSeen = false;
        foreach (var file in sources.Files)
        {
            foreach (var block in file.Leaves)
            {
                var words = NormativeWord.FindAll(block).ToList();
                if (block is ParagraphBlock paragraph && SpecFile.StatementId(paragraph) is { } id)
                {
                    var levels = words.Select(word => word.Level).Distinct().Count();
                    var found = string.Join(", ", words.Select(word => word.Text).Distinct());
                    if (levels == 0)
                        yield return new SpecProblem(file.Path, block.Line + 1, $"{id} has no MUST, SHOULD or MAY: add one, or remove the id.");
                    else if (levels > 1)
                        yield return new SpecProblem(file.Path, block.Line + 1,
                            $"{id} has words of {levels} levels ({found}): split it, one level for each statement.");
                }
                else if (words.Count > 0 && !citationSeen && SpecFile.PlainText(block.Inline).Contains("BCP 14", StringComparison.Ordinal))
                {
                    citationSeen = true;
                }
                else
                {
                    foreach (var word in words)
                        yield return new SpecProblem(file.Path, word.Line,
                            $"{word.Text} is outside a statement with an id: add an id, or write the word in lower case.");
                }
            }
        }
    }
}
