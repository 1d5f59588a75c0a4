using System.Text;
using System.Text.Json;
using Bogus;
using CoralMux.Harness.Messages;

namespace CoralMux.Harness.Tests.Protocol.Generated;

/// <summary>
/// A thousand allowed and a thousand broken documents for each schema of the wire, the same ones in every run.
/// With <c>CORALMUX_CORPUS</c> set they are also written there, for <c>tests/independent</c> to judge.
/// </summary>
public sealed class GeneratedDocumentTests
{
    private const int Each = 1000;

    private static readonly SchemaCatalog Catalog = SchemaCatalog.Load(Repository.Suite);

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
            var line = Line(schema, judgedValid, document);
            corpus?.WriteLine(line);
            if (judgedValid != allowed)
                wrong.Add(line);
        }
        Assert.Empty(wrong);
    }

    /// <summary>Documents that belong to another schema break rules in ways that nobody thought of.</summary>
    [Fact]
    public void Validate_EveryExampleByEverySchema_NeverThrows()
    {
        using var corpus = OpenCorpus("examples-by-every-schema");
        foreach (var (_, file) in Repository.Examples("invalid").Concat(Repository.Examples("valid")))
        {
            var document = JsonSerializer.SerializeToUtf8Bytes(JsonElement.Parse(File.ReadAllBytes(file)));
            foreach (var schema in Catalog.Names)
                corpus?.WriteLine(Line(schema, Catalog.Validate(schema, document).Count == 0, document));
        }
    }

    [Fact]
    public void Validate_DamagedBytes_NeverThrows()
    {
        var random = new Randomizer(7);
        foreach (var (schema, file) in Repository.Examples("valid"))
        {
            for (var number = 0; number < 100; number++)
            {
                var document = File.ReadAllBytes(file);
                for (var damage = random.Int(1, 3); damage > 0; damage--)
                    document[random.Int(0, document.Length - 1)] = random.Bool() ? random.Byte() : (byte)random.ArrayElement("{}[]\",:0-.\\e".ToCharArray());
                Catalog.Validate(schema, document);
                Catalog.ValidateRelayEnvelope(document);
            }
        }
    }

    [Fact]
    public void Shapes_EveryMessageAndRelaySchema_HasOne() =>
        Assert.Equal(
            Catalog.Names.Where(name => name == "envelope" || name.Split('/')[0] is "messages" or "relay"),
            PayloadShapes.All.Keys.Order(StringComparer.Ordinal));

    private static IEnumerable<string> Examples(string directory) =>
        Directory.EnumerateFiles(directory, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    /// <summary>string.GetHashCode differs from run to run.</summary>
    private static int Seed(string schema) => schema.Aggregate(17, (seed, letter) => unchecked(seed * 31 + letter));

    private static string Line(string schema, bool judgedValid, byte[] document) =>
        $$"""{"schema":"{{schema}}","valid":{{(judgedValid ? "true" : "false")}},"document":{{Encoding.UTF8.GetString(document)}}}""";

    private static StreamWriter? OpenCorpus(string schema) =>
        Environment.GetEnvironmentVariable("CORALMUX_CORPUS") is { Length: > 0 } directory
            ? new StreamWriter(Path.Combine(directory, schema.Replace('/', '_') + ".jsonl"))
            : null;
}
