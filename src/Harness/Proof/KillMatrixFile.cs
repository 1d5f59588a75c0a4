using System.Text.Encodings.Web;
using System.Text.Json;
using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Proof;

/// <summary>A relay that differs and conforms: the suite has no complaint about it.</summary>
public sealed record KnownVariant(string Id, string Permission, string Does);

/// <summary>The file <c>mutants.json</c> (<c>schemas/mutants.schema.json</c>): what proves that the suite can tell a wrong relay from a right one.</summary>
public sealed record KillMatrixFile(IReadOnlyList<KnownMutant> Mutants, IReadOnlyList<KnownVariant> Variants)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly Lazy<KillMatrixFile> s_builtIn = new(() => Of(Suite.BuiltIn));

    public static KillMatrixFile Empty { get; } = new([], []);

    /// <summary>That of the suite that this program was built with.</summary>
    public static KillMatrixFile BuiltIn => s_builtIn.Value;

    /// <summary>The file of a suite, beside the program or in the repository; empty where the suite has none.</summary>
    public static KillMatrixFile Of(Suite suite)
    {
        string[] places = [Path.Combine(suite.Root, "mutants.json"), Path.Combine(suite.Root, "reports", "mutants.json")];
        return Array.Find(places, File.Exists) is { } path ? JsonSerializer.Deserialize<KillMatrixFile>(File.ReadAllText(path), Json)! : Empty;
    }

    public string Write() => JsonSerializer.Serialize(this, Json) + "\n";

    /// <summary>Of one requirement, in the order of the catalogue.</summary>
    public IEnumerable<KnownMutant> Of(string requirement) => Mutants.Where(mutant => mutant.Requirement == requirement);
}
