using System.Security.Cryptography;
using CoralMux.Harness.Protocol;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Steps;

/// <summary>A message as the harness sent it.</summary>
public sealed record SentMessage(string Sender, string Token, ReadOnlyMemory<byte> Bytes);

/// <summary>Who sent what, so that everything received is either understood as forwarded or judged as the relay's own.</summary>
public sealed class SentLog
{
    private readonly Dictionary<string, List<SentMessage>> _byHash = [];

    public void Add(SentMessage message)
    {
        var hash = Hash(message.Bytes);
        if (!_byHash.TryGetValue(hash, out var same))
            _byHash[hash] = same = [];
        same.Add(message);
    }

    /// <summary>Judges all that one peer received.</summary>
    public void Inspect(Peer peer, SchemaCatalog schemas, ViolationLog violations)
    {
        var seen = new Dictionary<string, int>();
        foreach (var received in peer.Received)
        {
            var hash = Hash(received.Bytes);
            if (_byHash.GetValueOrDefault(hash) is not { } senders)
            {
                InspectRelayEnvelope(peer, received, schemas, violations);
                continue;
            }

            seen[hash] = seen.GetValueOrDefault(hash) + 1;
            if (seen[hash] > senders.Count)
                violations.Add(peer.Name, WellKnownRequirements.OnceOnly, "every message is delivered once", $"a second time {received.Describe()}");
            else if (senders.All(sender => sender.Token != peer.Token))
                violations.Add(peer.Name, WellKnownRequirements.Isolation, "nothing reaches a connection of another token", received.Describe());
            else if (senders.All(sender => sender.Sender == peer.Name))
                violations.Add(peer.Name, WellKnownRequirements.NoEcho, "nothing is delivered back to its sender", received.Describe());
        }
    }

    private static void InspectRelayEnvelope(Peer peer, ReceivedMessage received, SchemaCatalog schemas, ViolationLog violations)
    {
        if (received.Type is not ("auth.ok" or "auth.fail" or "status" or "ping" or "pong" or "chat.error"))
        {
            violations.Add(peer.Name, WellKnownRequirements.RelayTypes, "what nobody sent is an envelope of a type that relays originate", received.Describe());
            return;
        }

        if (schemas.ValidateRelayEnvelope(received.Bytes) is [var first, ..])
            violations.Add(peer.Name, WellKnownRequirements.RelayEnvelopes, $"the relay's {received.Type} is valid against its schema", $"{first} in {received.Describe()}");
    }

    private static string Hash(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes.Span));
}
