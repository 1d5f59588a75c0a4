using System.Text.Json;
using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Proof;

/// <summary>A relay that differs from the reference relay and conforms: the suite must not complain about it.</summary>
public sealed record KnownVariant(string Id, string Permission, string Does);

/// <summary>The file <c>mutants.json</c> (<c>schemas/mutants.schema.json</c>): proof that the suite detects relays with a fault.</summary>
public sealed record KillMatrixFile(IReadOnlyList<KnownMutant> Mutants, IReadOnlyList<KnownVariant> Variants)
{
    private static readonly Lazy<KillMatrixFile> FileOfBuiltIn = new(() => Of(Suite.BuiltIn));

    public static KillMatrixFile Empty { get; } = new([], []);

    /// <summary>The file of the suite that this program was built with.</summary>
    public static KillMatrixFile BuiltIn => FileOfBuiltIn.Value;

    /// <summary>The file of a suite, next to the program or in the repository; empty if the suite has none.</summary>
    public static KillMatrixFile Of(Suite suite)
    {
        string[] places = [Path.Combine(suite.Root, "mutants.json"), Path.Combine(suite.Root, "reports", "mutants.json")];
        return Array.Find(places, File.Exists) is { } path ? JsonSerializer.Deserialize<KillMatrixFile>(File.ReadAllText(path), Json.Readable)! : Empty;
    }

    public string Write() => JsonSerializer.Serialize(this, Json.Readable) + "\n";

    /// <summary>Of one requirement, in the order of the catalogue.</summary>
    public IEnumerable<KnownMutant> Of(string requirement) => Mutants.Where(mutant => mutant.Requirement == requirement);
}
