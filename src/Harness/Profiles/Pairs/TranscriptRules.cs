using System.Security.Cryptography;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs;

/// <summary>What must be seen in a recorded transcript: the innocent pair did relay, and what the relay originated is valid.</summary>
internal static class TranscriptRules
{
    private static readonly string[] RelayTypes = ["auth.ok", "auth.fail", "status", "pong", "chat.error"];

    /// <summary>A pass rests on one round of the innocent pair for each positive control and liveness check.</summary>
    public static IEnumerable<string> Floor(StepRegistry steps, ScenarioResult result, IReadOnlyList<TranscriptEntry> transcript)
    {
        if (result.Verdict != Verdict.Pass)
            yield break;
        var rounds = result.Scenario.Steps.Count(step => steps.RoleOf(step) is StepRole.PositiveControl or StepRole.LivenessCheck);
        foreach (var from in new[] { PeerName.InnocentPhone, PeerName.InnocentAgent })
        {
            var relayed = Hashes(transcript, from, Direction.Sent).Intersect(Hashes(transcript, from.Opposite, Direction.Received)).Count();
            if (relayed < rounds)
                yield return $"{result.Scenario.Id} passed, but the {from.Name} reached the {from.Opposite.Name} {relayed} times instead of {rounds}";
        }
    }

    /// <summary>What no peer sent and what has a relay's type is the relay's own; a breach of its schema must have been noticed.</summary>
    public static IEnumerable<string> Envelopes(SchemaCatalog schemas, ScenarioResult result, IReadOnlyList<TranscriptEntry> transcript)
    {
        // What was sent in pieces has no hash here to know it by when it arrives.
        if (transcript.Any(entry => entry.Direction == Direction.Sent && (entry.Kind == "raw" || entry.Kind.EndsWith("(more)", StringComparison.Ordinal))))
            yield break;

        var sent = transcript.Where(entry => entry.Direction == Direction.Sent).Select(Hash).ToHashSet();
        foreach (var entry in transcript.Where(entry => entry is { Direction: Direction.Received, Kind: "text", Sha256: null } && !sent.Contains(Hash(entry))))
        {
            if (new ReceivedMessage(entry.Bytes, IsText: true, entry.At).Type is not { } type || !RelayTypes.Contains(type))
                continue;
            if (schemas.ValidateRelayEnvelope(entry.Bytes) is not [var first, ..])
                continue;
            if (!result.Violations.Any(violation => violation.Requirement == WellKnownRequirements.RelayEnvelopes && violation.Connection == entry.Connection))
                yield return $"{result.Scenario.Id}: the {entry.Connection} received a {type} that breaks its schema ({first}), which the report does not say";
        }
    }

    private static IEnumerable<string> Hashes(IEnumerable<TranscriptEntry> transcript, PeerName peer, Direction direction) =>
        transcript.Where(entry => entry.Connection == peer.Name && entry.Direction == direction && entry.Kind == "text").Select(Hash);

    private static string Hash(TranscriptEntry entry) => entry.Sha256 ?? Convert.ToHexStringLower(SHA256.HashData(entry.Bytes.Span));
}
