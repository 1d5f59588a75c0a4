using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Running;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>One of several pairs: its phone or its agent sends a random payload to the other.</summary>
/// <param name="Seed">Of the payload.</param>
/// <param name="Size">About so many characters at most; 0 for an ordinary payload, with nothing odd about it.</param>
public sealed record SendMove(int Pair, string Role, int Seed, int Size) : IMove<SendMove>
{
    /// <summary>A JSON object, valid and odd.</summary>
    public string Payload => Size == 0 ? $$"""{"text":"{{Seed}}"}""" : RandomPayload.Create(new Random(Seed), Size);

    public IEnumerable<SendMove> Simpler()
    {
        if (Size > 1)
        {
            yield return this with { Size = 1 };
            yield return this with { Size = Size / 2 };
        }
    }

    public override string ToString() => $"{Role} {Pair} sends {(Payload is { Length: <= 200 } all ? all : Payload[..200] + "…")}";
}

/// <summary>What somebody of the one token does.</summary>
/// <param name="Act"><c>connects</c> (taking the place of a connection that is there), <c>leaves</c>, <c>is cut off</c>.</param>
public sealed record PresenceMove(string Role, string Act) : IMove<PresenceMove>
{
    public IEnumerable<PresenceMove> Simpler() => Act == "is cut off" ? [this with { Act = "leaves" }] : [];

    public override string ToString() => $"the {Role} {Act}";
}
