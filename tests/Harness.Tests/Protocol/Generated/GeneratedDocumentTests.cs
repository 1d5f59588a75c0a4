using System.Globalization;
using System.Text.Json;
using Bogus;
using CoralMux.Harness.Protocol;

namespace CoralMux.Harness.Tests.Protocol.Generated;

/// <summary>
/// A thousand allowed and a thousand broken documents for each schema of the wire, the same ones in every run.
/// With <c>CORALMUX_CORPUS</c> set they are also written there, for <c>tests/independent</c> to judge.
/// </summary>
public sealed class GeneratedDocumentTests
{
    private const int Each = 1000;

    private static readonly SchemaCatalog Catalog = SchemaCatalog.Load(Repository.At("schemas"));

    public static TheoryData<string> Schemas => [.. PayloadShapes.All.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Validate_GeneratedDocuments_AcceptsTheAllowedAndRefusesTheBroken(string schema)
    {
        var shape = PayloadShapes.All[schema];
        var faker = new Faker { Random = new Randomizer(Seed(schema)) };
        using var corpus = OpenCorpus(schema);
        var wrong = new List<string>();
        for (var number = 0; number < 2 * Each; number++)
        {
            var allowed = number < Each;
            var document = JsonSerializer.SerializeToUtf8Bytes(allowed ? shape.Make(faker) : shape.Break(faker));
            var judgedValid = Catalog.Validate(schema, document).Count == 0;
            var line = string.Create(CultureInfo.InvariantCulture,
                $$"""{"schema":"{{schema}}","valid":{{(judgedValid ? "true" : "false")}},"document":{{System.Text.Encoding.UTF8.GetString(document)}}}""");
            corpus?.WriteLine(line);
            if (judgedValid != allowed)
                wrong.Add(line);
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void Shapes_EveryMessageAndRelaySchema_HasOne() =>
        Assert.Equal(
            Catalog.Names.Where(name => name == "envelope" || name.StartsWith("messages/", StringComparison.Ordinal) || name.StartsWith("relay/", StringComparison.Ordinal)),
            PayloadShapes.All.Keys.Order(StringComparer.Ordinal));

    /// <summary>string.GetHashCode differs from run to run.</summary>
    private static int Seed(string schema) => schema.Aggregate(17, (seed, letter) => unchecked(seed * 31 + letter));

    private static StreamWriter? OpenCorpus(string schema) =>
        Environment.GetEnvironmentVariable("CORALMUX_CORPUS") is { Length: > 0 } directory
            ? new StreamWriter(Path.Combine(directory, schema.Replace('/', '_') + ".jsonl"))
            : null;
}
