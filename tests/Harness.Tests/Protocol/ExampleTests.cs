using CoralMux.Harness.Messages;

namespace CoralMux.Harness.Tests.Protocol;

/// <summary>Judges the examples of <c>schemas/</c>. <c>tests/independent</c> has ajv judge the same files.</summary>
public sealed class ExampleTests
{
    private static readonly SchemaCatalog Catalog = SchemaCatalog.Load(Repository.Suite);

    public static TheoryData<string> Valid => [.. Names("valid")];

    public static TheoryData<string> Invalid => [.. Names("invalid")];

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
        var valid = Repository.Examples("valid").CountBy(example => example.Schema).ToDictionary();
        var invalid = Repository.Examples("invalid").CountBy(example => example.Schema).ToDictionary();
        Assert.All(Catalog.Names, name => Assert.True(valid.GetValueOrDefault(name) >= 2 && invalid.GetValueOrDefault(name) >= 1, name));
        Assert.Empty(valid.Keys.Concat(invalid.Keys).Except(Catalog.Names));
    }

    private static IReadOnlyList<SchemaViolation> Judge(string kind, string name)
    {
        var (schema, file) = Repository.Examples(kind).Single(example => NameOf(example) == name);
        return Catalog.Validate(schema, File.ReadAllBytes(file));
    }

    private static IEnumerable<string> Names(string kind) => Repository.Examples(kind).Select(NameOf);

    private static string NameOf((string Schema, string File) example) => $"{example.Schema}/{Path.GetFileNameWithoutExtension(example.File)}";
}
