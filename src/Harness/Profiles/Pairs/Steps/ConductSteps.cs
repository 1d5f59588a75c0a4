using System.Text;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>What everything that the relay sent in a scenario has to be, and where nothing secret may show.</summary>
[Binding]
public sealed class ConductSteps(World world)
{
    [StepWords("conduct")]
    public static Words<Conduct> Conducts { get; } = new(
        ("whole frames in order", Conduct.WholeFrames),
        ("of the relay's own types only", Conduct.OwnTypes),
        ("closed with codes of the table only", Conduct.CodesOfTheTable),
        ("valid against the schemas", Conduct.ValidEnvelopes),
        ("under ids of its own", Conduct.OwnIds),
        ("begun with auth.ok", Conduct.BegunWithAuthOk));

    [StepWords("place")]
    public static Words<Place> Places { get; } = new(("the error", Place.Error), ("the answer", Place.Answer), ("the headers of the answer", Place.Headers));

    [StepWords("nowhere")]
    public static Words<PeerName?> Nowhere { get; } = new(("nowhere", null), ("nowhere but at the agent", PeerName.Agent));

    [Then("all that the relay sent was {conduct}")]
    public void AllWas(Conduct conduct)
    {
        var own = world.Cast.Peers.SelectMany(peer => peer.Received)
            .Where(message => message.Type is "auth.ok" or "auth.fail" or "status" or "pong" or "chat.error").ToList();
        if (own.Count < 2)
            throw new ExpectationException("several envelopes of the relay", $"there were {own.Count}");
        world.Inspect();
        if (WatchedAs(conduct) is { } watched && world.Violations.All.FirstOrDefault(violation => violation.Requirement == watched) is { } broken)
            throw new ExpectationException(broken.Finding.Expected, $"the {broken.Connection} got {broken.Finding.Actual}");
        if (conduct == Conduct.OwnIds && own.GroupBy(message => message.Id).FirstOrDefault(same => same.Count() > 1) is { } doubled)
            throw new ExpectationException("an id of its own for each of the relay's envelopes", $"{doubled.Count()} of them have the id {doubled.Key}");
        if (conduct == Conduct.BegunWithAuthOk && world.Cast.Peers.FirstOrDefault(peer => peer.Received is not [{ Type: "auth.ok" }, ..]) is { } otherwise)
            throw new ExpectationException($"the first envelope for the {otherwise.Name} is auth.ok", otherwise.Received is [var first, ..] ? Sentence.Of($"it received {first}") : "it received nothing");
    }

    /// <summary>No token, no admin key, no word of a payload.</summary>
    [Then("nothing secret shows in {place}")]
    public void NothingSecretShowsIn(Place where)
    {
        var place = Places.For(where);
        var text = where switch
        {
            Place.Error => Encoding.UTF8.GetString((world.LastError ?? throw new InvalidOperationException("There was no error before.")).Bytes.Span),
            Place.Answer => Headers() + "\n" + Encoding.UTF8.GetString(world.LastAnswer!.Body.Span),
            _ => Headers(),
        };
        var secrets = where == Place.Headers ? world.Purse.Secrets.Append(world.LastAnswer!.Json("token")?.ToString() ?? "") : world.Purse.Secrets;
        if (secrets.FirstOrDefault(secret => secret.Length > 0 && text.Contains(secret, StringComparison.OrdinalIgnoreCase)) is { } told)
            throw new ExpectationException($"nothing of a token, the admin key or a payload in {place}", $"it holds '{told[..Math.Min(12, told.Length)]}…'");
    }

    [Then("the canary shows {nowhere}")]
    public void TheCanaryShowsNowhere(PeerName? peer)
    {
        var seen = world.Transcript.Entries.FirstOrDefault(entry => entry.Direction == Direction.Received && entry.Connection != peer?.Name
            && Encoding.UTF8.GetString(entry.Bytes.Span).Contains(world.Canary, StringComparison.Ordinal));
        if (seen is not null)
            throw new ExpectationException(peer is null ? "what was sealed stays so" : $"the canary reaches the {peer.Name} alone", $"{seen.Connection} received it in {seen.Kind}");
    }

    private string Headers() => string.Join('\n', world.LastAnswer!.Headers.Select(header => $"{header.Key}: {header.Value}"));

    // The requirement that every scenario watches anyway.
    private static string? WatchedAs(Conduct conduct) => conduct switch
    {
        Conduct.WholeFrames => WellKnownRequirements.RelayFrames,
        Conduct.OwnTypes => WellKnownRequirements.RelayTypes,
        Conduct.CodesOfTheTable => WellKnownRequirements.CloseCodes,
        Conduct.ValidEnvelopes => WellKnownRequirements.RelayEnvelopes,
        _ => null,
    };

    /// <summary>What all that the relay sent must be.</summary>
    public enum Conduct { WholeFrames, OwnTypes, CodesOfTheTable, ValidEnvelopes, OwnIds, BegunWithAuthOk }

    /// <summary>Where something secret might show.</summary>
    public enum Place { Error, Answer, Headers }
}
