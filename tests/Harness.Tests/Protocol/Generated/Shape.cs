using System.Text.Json.Nodes;
using Bogus;

namespace CoralMux.Harness.Tests.Protocol.Generated;

/// <summary>
/// What a value may be, written down from the text of the specification and not from the schemas, so that the two
/// check one another.
/// </summary>
internal abstract record Shape
{
    /// <summary>A value that is allowed.</summary>
    public abstract JsonNode? Make(Faker faker);

    /// <summary>A value that is not.</summary>
    public abstract JsonNode? Break(Faker faker);

    /// <summary>Any JSON value but one of the kind to avoid.</summary>
    protected static JsonNode? AnyBut(Faker faker, params string[] kinds) =>
        faker.PickRandom(Others.Where(other => !kinds.Contains(other.Kind)).ToList()).Make(faker);

    private static readonly (string Kind, Func<Faker, JsonNode?> Make)[] Others =
    [
        ("null", _ => null),
        ("boolean", faker => faker.Random.Bool()),
        ("number", faker => faker.Random.Int(0, 1000)),
        ("string", faker => faker.PickRandom("", "1", "true", "null", "{}")),
        ("array", faker => new JsonArray(faker.Random.Int(), null)),
        ("object", _ => new JsonObject { ["v"] = 1 }),
    ];
}

internal sealed record Text : Shape
{
    private static readonly string[] Hard =
        ["", " ", "\u0000", "\"\\/\b\f\n\r\t", "Grüße", "👋🏽", "\u202etxet", "ﷺ", "null", "{\"a\":1}", "2026-11-20T12:00:00Z", "a\u0301"];

    public override JsonNode? Make(Faker faker) =>
        faker.Random.Bool(0.3f) ? faker.PickRandom(Hard) : faker.Hacker.Phrase();

    public override JsonNode? Break(Faker faker) => AnyBut(faker, "string");
}

internal sealed record Token : Shape
{
    public override JsonNode? Make(Faker faker) => "oc_pair_" + faker.Random.Hash(32);

    public override JsonNode? Break(Faker faker) => faker.Random.Bool() ? "" : AnyBut(faker, "string");
}

internal sealed record Choice(params string[] Values) : Shape
{
    public override JsonNode? Make(Faker faker) => faker.PickRandom(Values);

    public override JsonNode? Break(Faker faker) => faker.Random.Int(0, 3) switch
    {
        0 => AnyBut(faker, "string"),
        1 => string.Concat(Values[0].Select(letter => char.IsUpper(letter) ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter))),
        2 => Values[0] + " ",
        _ => faker.Hacker.Noun() + "?",
    };
}

internal sealed record Flag(bool? Only = null) : Shape
{
    public override JsonNode? Make(Faker faker) => Only ?? faker.Random.Bool();

    public override JsonNode? Break(Faker faker) => Only is { } only && faker.Random.Bool() ? !only : AnyBut(faker, "boolean");
}

internal sealed record Whole(long Least, long Most = Whole.Exact) : Shape
{
    /// <summary>2^53 - 1, the largest integer that every JSON reader keeps exact.</summary>
    public const long Exact = 9007199254740991;

    public override JsonNode? Make(Faker faker) => faker.Random.Int(0, 5) switch
    {
        0 => Least,
        1 => Most,
        2 => JsonNode.Parse($"{faker.Random.Long(Least, Math.Min(Most, Least + 1000))}.0"),
        _ => faker.Random.Long(Least, Most),
    };

    public override JsonNode? Break(Faker faker) => faker.Random.Int(0, 4) switch
    {
        0 => Least - 1,
        1 => Most + 1,
        2 => faker.Random.Long(Least, Math.Min(Most, Least + 1000)) + 0.5,
        3 => JsonNode.Parse("1e30"),
        _ => AnyBut(faker, "number"),
    };
}

internal sealed record Real(double? Least = null, double? Most = null, bool OrNull = false) : Shape
{
    public override JsonNode? Make(Faker faker) => OrNull && faker.Random.Bool(0.2f) ? null
        : faker.Random.Bool(0.2f) ? Least ?? -1e300
        : faker.Random.Double(Least ?? -1000, Most ?? 100_000);

    public override JsonNode? Break(Faker faker) => faker.Random.Int(0, 2) switch
    {
        0 when Least is { } least => least - 0.001,
        1 when Most is { } most => most + 0.001,
        _ => OrNull ? AnyBut(faker, "number", "null") : AnyBut(faker, "number"),
    };
}

/// <param name="Least">Bytes that it represents, at least.</param>
/// <param name="Most">And at most.</param>
internal sealed record Base64(int Least, int Most) : Shape
{
    public override JsonNode? Make(Faker faker) => Text(faker);

    public override JsonNode? Break(Faker faker)
    {
        var text = Text(faker);
        return faker.Random.Int(0, 6) switch
        {
            0 => AnyBut(faker, "string"),
            1 => text + "=",
            2 => "-" + (text.Length == 0 ? "" : text[1..]),
            3 => text + "\n",
            4 when Least > 0 => Convert.ToBase64String(faker.Random.Bytes(Least - 1)),
            5 when Least == Most => Convert.ToBase64String(faker.Random.Bytes(Most + 1)),
            _ => text + "A",
        };
    }

    private string Text(Faker faker) => Convert.ToBase64String(faker.Random.Bytes(faker.Random.Int(Least, Most)));
}

internal sealed record ListOf(Shape Item) : Shape
{
    public override JsonNode? Make(Faker faker) => new JsonArray([.. Enumerable.Range(0, faker.Random.Int(0, 3)).Select(_ => Item.Make(faker))]);

    public override JsonNode? Break(Faker faker)
    {
        if (faker.Random.Bool(0.3f))
            return AnyBut(faker, "array");
        var list = (JsonArray)Make(faker)!;
        list.Insert(faker.Random.Int(0, list.Count), Item.Break(faker));
        return list;
    }
}
