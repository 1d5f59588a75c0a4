using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>What everything that the relay sent in a scenario has to be, and where nothing secret may show.</summary>
[Binding]
public sealed class ConductSteps(World world)
{
    private static readonly Dictionary<string, string> WatchedAnyway = new()
    {
        ["whole frames in order"] = WellKnownRequirements.RelayFrames,
        ["of the relay's own types only"] = WellKnownRequirements.RelayTypes,
        ["closed with codes of the table only"] = WellKnownRequirements.CloseCodes,
        ["valid against the schemas"] = WellKnownRequirements.RelayEnvelopes,
    };

    [StepArgumentTransformation("conduct", "whole frames in order|of the relay's own types only|closed with codes of the table only|valid against the schemas|under ids of its own|begun with auth.ok")]
    public static string Conduct(string text) => text;

    [StepArgumentTransformation("place", "the error|the answer|the headers of the answer")]
    public static string Place(string text) => text;

    [Then("all that the relay sent was {conduct}")]
    public void AllWas(string conduct)
    {
        var own = world.Peers.SelectMany(peer => peer.Received).Where(message => message.Type is "auth.ok" or "auth.fail" or "status" or "pong" or "chat.error").ToList();
        if (own.Count < 2)
            throw new ExpectationException("several envelopes of the relay", $"there were {own.Count}");
        world.Inspect();
        if (WatchedAnyway.TryGetValue(conduct, out var requirement) && world.Violations.All.FirstOrDefault(violation => violation.Requirement == requirement) is { } broken)
            throw new ExpectationException(broken.Finding.Expected, $"the {broken.Connection} got {broken.Finding.Actual}");
        if (conduct == "under ids of its own" && own.GroupBy(message => message.Id).FirstOrDefault(same => same.Count() > 1) is { } doubled)
            throw new ExpectationException("an id of its own for each of the relay's envelopes", $"{doubled.Count()} of them have the id {doubled.Key}");
        if (conduct == "begun with auth.ok" && world.Peers.FirstOrDefault(peer => peer.Received is not [{ Type: "auth.ok" }, ..]) is { } otherwise)
            throw new ExpectationException($"the first envelope for the {otherwise.Name} is auth.ok", otherwise.Received is [var first, ..] ? Sentence.Of($"it received {first}") : "it received nothing");
    }

    /// <summary>No token, no admin key, no word of a payload.</summary>
    [Then("nothing secret shows in {place}")]
    public void NothingSecretShowsIn(string place)
    {
        var text = place == "the error" ? Encoding.UTF8.GetString((world.LastError ?? throw new InvalidOperationException("There was no error before.")).Bytes.Span)
            : string.Join('\n', world.LastAnswer!.Headers.Select(header => $"{header.Key}: {header.Value}")) + (place == "the answer" ? "\n" + Encoding.UTF8.GetString(world.LastAnswer.Body.Span) : "");
        IEnumerable<string> secrets = place == "the headers of the answer" ? world.Secrets.Append(world.LastAnswer!.Json("token")?.ToString() ?? "") : world.Secrets;
        if (secrets.FirstOrDefault(secret => secret.Length > 0 && text.Contains(secret, StringComparison.OrdinalIgnoreCase)) is { } told)
            throw new ExpectationException($"nothing of a token, the admin key or a payload in {place}", $"it holds '{told[..Math.Min(12, told.Length)]}…'");
    }

    [StepArgumentTransformation("nowhere", "nowhere(?: but at the agent)?")]
    public static PeerName? Nowhere(string text) => text == "nowhere" ? null : PeerName.Agent;

    [Then("the canary shows {nowhere}")]
    public void TheCanaryShowsNowhere(PeerName? peer)
    {
        var seen = world.Transcript.Entries.FirstOrDefault(entry =>
            entry.Direction == Direction.Received && entry.Connection != peer?.Name && Encoding.UTF8.GetString(entry.Bytes.Span).Contains(world.Canary, StringComparison.Ordinal));
        if (seen is not null)
            throw new ExpectationException(peer is null ? "what was sealed stays so" : $"the canary reaches the {peer.Name} alone", $"{seen.Connection} received it in {seen.Kind}");
    }
}
