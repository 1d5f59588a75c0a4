using System.Text.Json.Nodes;
using Bogus;

namespace CoralMux.Harness.Tests.Protocol.Generated;

/// <summary>Any type name, not only the known ones: only a malformed one is wrong.</summary>
internal sealed record TypeName(Choice Examples) : Shape
{
    public override JsonNode? Make(Faker faker) => Examples.Make(faker);

    public override JsonNode? Break(Faker faker) =>
        faker.Random.Bool() ? faker.PickRandom("", "chat.", ".send", "chat..send", "chat send", "chat.send\n", "chät") : AnyBut(faker, "string");
}

/// <summary><c>enc</c> in a plain payload: absent or false.</summary>
internal sealed record PlainMark : Shape
{
    public override JsonNode? Make(Faker faker) => false;

    public override JsonNode? Break(Faker faker) => faker.Random.Bool() ? true : AnyBut(faker, "boolean");
}
