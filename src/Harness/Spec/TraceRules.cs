using CoralMux.Harness.Requirements;

namespace CoralMux.Harness.Spec;

/// <summary>Every id has exactly one of: scenarios, a reason why it cannot have one, a row in the list of pending ones.</summary>
internal static class TraceRules
{
    public static IEnumerable<SpecProblem> Check(SpecSources sources) =>
        [.. Places(sources), .. Rows(sources), .. Lock(sources)];

    private static IEnumerable<SpecProblem> Places(SpecSources sources)
    {
        foreach (var requirement in sources.Register.All.DistinctBy(requirement => requirement.Id))
        {
            var rows = sources.Untestable.Concat(sources.Pending).Where(row => row.Id == requirement.Id).ToList();
            var scenario = sources.ScenariosOf(requirement.Id).FirstOrDefault();
            if (scenario is null && rows.Count == 0)
                yield return SpecProblem.Of(
                    requirement, $"{requirement.Id} has neither a scenario nor a row in {sources.Folder}/untestable.md or {sources.Folder}/pending.md.");
            if (scenario is not null && rows.Count > 0)
                yield return SpecProblem.Of(rows[0], $"{requirement.Id} has a scenario (features/{scenario.File}:{scenario.Line}): remove this row.");
            foreach (var again in rows.Skip(1))
                yield return SpecProblem.Of(again, $"{requirement.Id} has a row already ({rows[0].Path}:{rows[0].Line}): remove one of the two.");
        }
    }

    private static IEnumerable<SpecProblem> Rows(SpecSources sources)
    {
        foreach (var row in sources.Untestable.Concat(sources.Pending))
        {
            if (sources.Register.Find(row.Id) is null)
                yield return SpecProblem.Of(row, $"There is no requirement '{row.Id}'.");
        }

        foreach (var row in sources.Untestable.Concat(sources.Pending).Concat(sources.Retired).Where(row => row.Reason.Length == 0))
            yield return SpecProblem.Of(row, $"{row.Id} has no reason: write it into the last cell of the row.");
    }

    private static IEnumerable<SpecProblem> Lock(SpecSources sources)
    {
        if (sources.Lock is not { } locked)
        {
            if (sources.Register.All.Count > 0)
                yield return new SpecProblem(sources.LockPath, 1, "There is no lock: make it with spec check --confirm --all.");
            yield break;
        }

        foreach (var problem in locked.Problems)
            yield return problem;
        foreach (var doubled in locked.Entries.GroupBy(entry => entry.Id).SelectMany(group => group.Skip(1)))
            yield return new SpecProblem(sources.LockPath, doubled.Line, $"{doubled.Id} is in the lock twice: keep the correct line.");

        var entries = locked.Entries.DistinctBy(entry => entry.Id).ToDictionary(entry => entry.Id);
        var fresh = sources.Register.All.Where(requirement => !entries.ContainsKey(requirement.Id)).ToList();
        foreach (var requirement in sources.Register.All.DistinctBy(requirement => requirement.Id))
        {
            if (!entries.TryGetValue(requirement.Id, out var entry))
                yield return SpecProblem.Of(requirement,
                    $"{requirement.Id} is not in the lock: check that its scenarios show what it says, then {Confirm(requirement)}.");
            else if (entry.Level != requirement.LevelWord)
                yield return SpecProblem.Of(requirement,
                    $"{requirement.Id} was {entry.Level} when its scenarios were confirmed and is {requirement.LevelWord} now: " +
                    $"check them, then {Confirm(requirement)}.");
            else if (entry.Fingerprint != RequirementLock.Fingerprint(requirement))
                yield return SpecProblem.Of(requirement,
                    $"The words of {requirement.Id} changed since its scenarios were confirmed: check them, then {Confirm(requirement)}.");
        }

        foreach (var entry in entries.Values.Where(entry => sources.Register.Find(entry.Id) is null && sources.Retired.All(row => row.Id != entry.Id)))
        {
            var heir = fresh.FirstOrDefault(requirement => RequirementLock.Fingerprint(requirement) == entry.Fingerprint);
            yield return new SpecProblem(sources.LockPath, entry.Line, heir is not null
                ? $"{entry.Id} was renamed to {heir.Id} (spec/{heir.File}:{heir.Line}): an id never changes; restore it."
                : $"{entry.Id} is not in the prose any longer: restore it, or give the reason in {sources.Folder}/retired.md.");
        }
    }

    private static string Confirm(Requirement requirement) => $"run spec check --confirm {requirement.Id}";
}
