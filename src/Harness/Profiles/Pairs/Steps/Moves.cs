using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Running;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>One of several pairs: its phone or its agent sends a random payload to the other.</summary>
/// <param name="Seed">Of the payload.</param>
/// <param name="Size">About so many characters at most; 0 for an ordinary payload, with nothing odd about it.</param>
public sealed record SendMove(int Pair, Role Role, int Seed, int Size) : IMove<SendMove>
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

    public override string ToString() => $"{Role.Word} {Pair} sends {(Payload is { Length: <= 200 } all ? all : Payload[..200] + "…")}";
}

/// <summary>What somebody of the one token does.</summary>
public sealed record PresenceMove(Role Role, PresenceAct Act) : IMove<PresenceMove>
{
    private static readonly Words<PresenceAct> Acts =
        new(("connects", PresenceAct.Connects), ("leaves", PresenceAct.Leaves), ("is cut off", PresenceAct.IsCutOff));

    public IEnumerable<PresenceMove> Simpler() => Act == PresenceAct.IsCutOff ? [this with { Act = PresenceAct.Leaves }] : [];

    public override string ToString() => $"the {Role.Word} {Acts.For(Act)}";
}

/// <summary>What happens to a place of a pairing.</summary>
public enum PresenceAct
{
    /// <summary>Also instead of a connection that is there.</summary>
    Connects,
    Leaves,
    IsCutOff,
}
