using System.Text.Json.Nodes;
using Bogus;

namespace CoralMux.Harness.Tests.Protocol.Generated;

internal sealed record Member(string Name, Shape Shape, bool Required = true);

/// <summary>An object that may have members beyond the ones named, unless closed.</summary>
internal sealed record Members(params Member[] All) : Shape
{
    public bool Closed { get; init; }

    public override JsonNode? Make(Faker faker)
    {
        var made = new JsonObject();
        foreach (var member in faker.Random.Shuffle(All).Where(member => member.Required || faker.Random.Bool()))
            made[member.Name] = member.Shape.Make(faker);
        if (!Closed && faker.Random.Bool(0.3f))
            made["x_" + faker.Hacker.Abbreviation()] = faker.PickRandom<JsonNode?>(null, 1, "x", new JsonArray(), new JsonObject());
        return made;
    }

    public override JsonNode? Break(Faker faker)
    {
        var broken = (JsonObject)Make(faker)!;
        var member = All.Length == 0 ? null : faker.PickRandom(All);
        switch (faker.Random.Int(0, 9))
        {
            case 0:
                return AnyBut(faker, "object");
            case 1 when Closed:
                broken["unexpected"] = 1;
                return broken;
            case < 5 when member is { Required: true }:
                broken.Remove(member.Name);
                return broken;
            case var _ when member is not null:
                broken[member.Name] = member.Shape.Break(faker);
                return broken;
            default:
                return AnyBut(faker, "object");
        }
    }
}

internal sealed record OneOf(params Shape[] Alternatives) : Shape
{
    public override JsonNode? Make(Faker faker) => faker.PickRandom(Alternatives).Make(faker);

    public override JsonNode? Break(Faker faker) => faker.PickRandom(Alternatives).Break(faker);
}

/// <summary>A text, or a list of items.</summary>
internal sealed record TextOrList(Shape Item) : Shape
{
    public override JsonNode? Make(Faker faker) => faker.Random.Bool() ? new Text().Make(faker) : new ListOf(Item).Make(faker);

    public override JsonNode? Break(Faker faker) => faker.Random.Bool() ? AnyBut(faker, "string", "array") : new JsonArray(Item.Break(faker));
}

/// <summary>The end-to-end encrypted form of a payload. Broken, it still says that it is encrypted.</summary>
internal sealed record Encrypted : Shape
{
    private static readonly Base64 Ciphertext = new(18, 300);
    private static readonly Base64 Nonce = new(12, 12);

    public override JsonNode? Make(Faker faker) =>
        new JsonObject { ["enc"] = true, ["ciphertext"] = Ciphertext.Make(faker), ["nonce"] = Nonce.Make(faker) };

    public override JsonNode? Break(Faker faker)
    {
        var broken = (JsonObject)Make(faker)!;
        switch (faker.Random.Int(0, 5))
        {
            case 0:
                broken["text"] = "in the clear";
                break;
            case 1:
                broken.Remove(faker.PickRandom("ciphertext", "nonce"));
                break;
            case 2:
                broken["enc"] = faker.PickRandom<JsonNode?>(null, 1, "true", new JsonArray());
                break;
            case 3:
                broken["nonce"] = Nonce.Break(faker);
                break;
            default:
                broken["ciphertext"] = Ciphertext.Break(faker);
                break;
        }
        return broken;
    }
}

internal sealed record UuidV4 : Shape
{
    public override JsonNode? Make(Faker faker) => faker.Random.Bool()
        ? faker.Random.Uuid().ToString("D")[..14] + "4" + faker.Random.Uuid().ToString("D")[15..19] + "a" + faker.Random.Uuid().ToString("D")[20..]
        : "F47AC10B-58CC-4372-A567-0E02B2C3D479";

    public override JsonNode? Break(Faker faker)
    {
        var good = (string)Make(faker)!;
        return faker.Random.Int(0, 4) switch
        {
            0 => AnyBut(faker, "string"),
            1 => good[..14] + "1" + good[15..],
            2 => good[..19] + "c" + good[20..],
            3 => good.Replace("-", "", StringComparison.Ordinal),
            _ => good + "\n",
        };
    }
}
