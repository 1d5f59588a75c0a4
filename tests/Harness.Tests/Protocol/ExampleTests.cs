using CoralMux.Harness.Messages;

namespace CoralMux.Harness.Tests.Protocol;

/// <summary>Judges <c>schemas/examples/</c>. <c>tests/independent</c> has ajv judge the same files.</summary>
public sealed class ExampleTests
{
    private static readonly SchemaCatalog Catalog = SchemaCatalog.Load(Repository.At("schemas"));

    public static TheoryData<string> Valid => [.. Files("valid")];

    public static TheoryData<string> Invalid => [.. Files("invalid")];

    [Theory]
    [MemberData(nameof(Valid))]
    public void Validate_ValidExample_FindsNothing(string file) => Assert.Empty(Judge("valid", file));

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Validate_InvalidExample_FindsItsOneBrokenRule(string file)
    {
        var violations = Judge("invalid", file);
        if (file.Contains("/enc-true-without-ciphertext", StringComparison.Ordinal))
            Assert.Contains(violations, violation => violation.Path == "/ciphertext");
        else
            Assert.Single(violations);
    }

    [Fact]
    public void Examples_EverySchema_HasTwoValidOnesAndAnInvalidOne()
    {
        var valid = Files("valid").CountBy(SchemaOf).ToDictionary();
        var invalid = Files("invalid").CountBy(SchemaOf).ToDictionary();
        Assert.All(Catalog.Names, name => Assert.True(valid.GetValueOrDefault(name) >= 2 && invalid.GetValueOrDefault(name) >= 1, name));
        Assert.Empty(valid.Keys.Concat(invalid.Keys).Except(Catalog.Names));
    }

    private static IReadOnlyList<SchemaViolation> Judge(string kind, string file) =>
        Catalog.Validate(SchemaOf(file), File.ReadAllBytes(Repository.At("schemas", "examples", kind, file + ".json")));

    private static string SchemaOf(string file) => file[..file.LastIndexOf('/')];

    private static IEnumerable<string> Files(string kind)
    {
        var root = Repository.At("schemas", "examples", kind);
        return Directory.EnumerateFiles(root, "*.json", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file)[..^".json".Length].Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal);
    }
}
