using System.Security.Cryptography;
using System.Text;
using CoralMux.Harness.Requirements;

namespace CoralMux.Harness.Spec;

/// <summary>What each requirement said when its scenarios were last confirmed: <c>requirements.lock</c> beside the chapters, one sorted line per id.</summary>
public sealed class RequirementLock
{
    public const string FileName = "requirements.lock";

    private const string Head =
        "# id, level and fingerprint of every statement when its scenarios were last confirmed: coralmux-conformance spec check --confirm ID";

    private RequirementLock(IReadOnlyList<RequirementLockEntry> entries, IReadOnlyList<SpecProblem> problems)
    {
        Entries = entries;
        Problems = problems;
    }

    public IReadOnlyList<RequirementLockEntry> Entries { get; }

    /// <summary>Lines that could not be read.</summary>
    public IReadOnlyList<SpecProblem> Problems { get; }

    /// <param name="path">Where it is, for <see cref="Problems"/>.</param>
    public static RequirementLock Parse(string text, string path = FileName)
    {
        var entries = new List<RequirementLockEntry>();
        var problems = new List<SpecProblem>();
        foreach (var (line, content) in text.Split('\n').Select((content, index) => (index + 1, content.Trim())))
        {
            if (content.Length == 0 || content[0] == '#')
                continue;

            if (content.Split(' ') is [var id, "MUST" or "SHOULD" or "MAY", { Length: 16 }] parts && RequirementId.IsMatch(id))
                entries.Add(new RequirementLockEntry(id, parts[1], parts[2], line));
            else
                problems.Add(new SpecProblem(path, line, $"'{content}' is not a line of a lock (id, level, fingerprint); restore it from the history."));
        }

        return new RequirementLock(entries, problems);
    }

    /// <summary>First 16 hex digits of the SHA-256 of the words, and of the feature that the statement belongs to.</summary>
    public static string Fingerprint(Requirement requirement) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{requirement.Feature}\n{requirement.Statement}")))[..16];

    /// <summary>The text of the lock after a confirmation.</summary>
    /// <param name="confirmed">These get their present words.</param>
    /// <param name="retired">These leave the lock; no other id ever does.</param>
    public string Confirm(IEnumerable<Requirement> confirmed, IReadOnlySet<string> retired)
    {
        var lines = Entries.Where(entry => !retired.Contains(entry.Id))
            .GroupBy(entry => entry.Id)
            .ToDictionary(group => group.Key, group => $"{group.Key} {group.First().Level} {group.First().Fingerprint}");
        foreach (var requirement in confirmed)
            lines[requirement.Id] = $"{requirement.Id} {requirement.LevelWord} {Fingerprint(requirement)}";
        return string.Concat(lines.OrderBy(line => line.Key, StringComparer.Ordinal).Select(line => line.Value).Prepend(Head).Select(line => line + "\n"));
    }
}

/// <param name="Level">As the specification spells it.</param>
/// <param name="Line">Line in the lock, counted from 1.</param>
public sealed record RequirementLockEntry(string Id, string Level, string Fingerprint, int Line);
