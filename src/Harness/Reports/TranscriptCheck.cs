using System.Security.Cryptography;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Running;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Reports;

/// <summary>
/// What a transcript alone can say of its scenario's verdict: that it is the recorded one, that a pass rests on
/// observations, that the floor was there (the innocent pair did relay), and that what the relay originated is valid.
/// </summary>
internal static class TranscriptCheck
{
    private static readonly string[] RelayTypes = ["auth.ok", "auth.fail", "status", "pong", "chat.error"];
    private static readonly Lazy<SchemaCatalog> Schemas = new(() => SchemaCatalog.Load(Suite.BuiltIn));

    public static IEnumerable<string> Disagreements(ScenarioResult result, StoredTranscript? stored, SuitePlan? suite)
    {
        var id = result.Scenario.Id;
        if (stored is null)
            return result.Verdict == Verdict.Pass ? [$"{id} passed, but has no transcript"] : [];
        if (stored.ActualHash is null)
            return [$"{stored.File} is missing"];
        if (stored.ActualHash != stored.RecordedHash)
            return [$"{stored.File} is not the transcript that was recorded: its SHA-256 is another"];
        if (stored.Entries is not { } entries)
            return [$"{stored.File} is no transcript"];
        return [.. Floor(result, entries), .. suite is null ? [] : Envelopes(result, entries)];
    }

    private static IEnumerable<string> Floor(ScenarioResult result, IReadOnlyList<TranscriptEntry> entries)
    {
        if (result.Verdict != Verdict.Pass)
            yield break;
        if (!entries.Any(entry => entry.Direction == Direction.Received))
            yield return $"{result.Scenario.Id} passed, but nothing was received in it";

        var rounds = result.Scenario.Steps.Count(step => step.Text is NegativeScenario.PositiveControl or NegativeScenario.LivenessCheck);
        foreach (var (from, to) in new[] { (PeerName.InnocentPhone, PeerName.InnocentAgent), (PeerName.InnocentAgent, PeerName.InnocentPhone) })
        {
            var relayed = Hashes(entries, from, Direction.Sent).Intersect(Hashes(entries, to, Direction.Received)).Count();
            if (relayed < rounds)
                yield return $"{result.Scenario.Id} passed, but the {from.Name} reached the {to.Name} {relayed} times instead of {rounds}";
        }
    }

    private static IEnumerable<string> Hashes(IEnumerable<TranscriptEntry> entries, PeerName peer, Direction direction) =>
        entries.Where(entry => entry.Connection == peer.Name && entry.Direction == direction && entry.Kind == "text").Select(Hash);

    // What nobody sent and what has a relay's type is the relay's own; a breach of its schema must have been noticed.
    private static IEnumerable<string> Envelopes(ScenarioResult result, IReadOnlyList<TranscriptEntry> entries)
    {
        // What was sent in pieces has no hash here to know it by when it arrives.
        if (entries.Any(entry => entry.Direction == Direction.Sent && (entry.Kind == "raw" || entry.Kind.EndsWith("(more)", StringComparison.Ordinal))))
            yield break;

        var sent = entries.Where(entry => entry.Direction == Direction.Sent).Select(Hash).ToHashSet();
        foreach (var entry in entries.Where(entry => entry is { Direction: Direction.Received, Kind: "text", Sha256: null } && !sent.Contains(Hash(entry))))
        {
            if (new ReceivedMessage(entry.Bytes, IsText: true, entry.At).Type is not { } type || !RelayTypes.Contains(type) || Schemas.Value.ValidateRelayEnvelope(entry.Bytes) is not [var first, ..])
                continue;
            if (!result.Violations.Any(violation => violation.Requirement == WellKnownRequirements.RelayEnvelopes && violation.Connection == entry.Connection))
                yield return $"{result.Scenario.Id}: the {entry.Connection} received a {type} that breaks its schema ({first}), which the report does not say";
        }
    }

    private static string Hash(TranscriptEntry entry) => entry.Sha256 ?? Convert.ToHexStringLower(SHA256.HashData(entry.Bytes.Span));
}
