using System.Security.Cryptography;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Messages;

namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>A message as the harness sent it.</summary>
public sealed record SentMessage(PeerName Sender, string Token, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>SHA-256, upper-case hex.</summary>
    public string Hash { get; } = Convert.ToHexString(SHA256.HashData(Bytes.Span));
}

/// <summary>Who sent what, so that everything received is either understood as forwarded or judged as the relay's own.</summary>
public sealed class SentLog
{
    private readonly Dictionary<string, List<(PeerName Sender, string Token)>> _byHash = [];

    public void Add(SentMessage message)
    {
        lock (_byHash)
        {
            if (!_byHash.TryGetValue(message.Hash, out var same))
                _byHash[message.Hash] = same = [];
            same.Add((message.Sender, message.Token));
        }
    }

    /// <summary>Whether a message is one that some peer of the scenario sent.</summary>
    public bool IsForwarded(ReceivedMessage received)
    {
        lock (_byHash)
            return _byHash.ContainsKey(received.Hash);
    }

    /// <summary>Whether a message is one that this peer of the scenario sent.</summary>
    public bool IsOf(PeerName sender, ReceivedMessage received)
    {
        lock (_byHash)
            return _byHash.TryGetValue(received.Hash, out var same) && same.Any(sent => sent.Sender == sender);
    }

    /// <summary>Judges all that one peer received.</summary>
    public void Inspect(Peer peer, SchemaCatalog schemas, ViolationLog violations)
    {
        var seen = new Dictionary<string, int>();
        foreach (var received in peer.Received)
        {
            if (!IsForwarded(received))
            {
                InspectRelayEnvelope(peer, received, schemas, violations);
                continue;
            }

            var senders = _byHash[received.Hash];
            var times = seen[received.Hash] = seen.GetValueOrDefault(received.Hash) + 1;
            if (times > senders.Count)
                violations.Add(peer.Name, WellKnownRequirements.OnceOnly, "every message is delivered once", $"a second time {received}");
            else if (senders.All(sender => sender.Token != peer.Token))
                violations.Add(peer.Name, WellKnownRequirements.Isolation, "nothing reaches a connection of another token", $"{received}");
            else if (senders.All(sender => sender.Sender.Name == peer.Name))
                violations.Add(peer.Name, WellKnownRequirements.NoEcho, "nothing is delivered back to its sender", $"{received}");
        }
    }

    private static void InspectRelayEnvelope(Peer peer, ReceivedMessage received, SchemaCatalog schemas, ViolationLog violations)
    {
        if (received.Type is not ("auth.ok" or "auth.fail" or "status" or "ping" or "pong" or "chat.error"))
        {
            violations.Add(peer.Name, WellKnownRequirements.RelayTypes, "what nobody sent is an envelope of a type that relays originate", $"{received}");
            return;
        }

        if (schemas.ValidateRelayEnvelope(received.Bytes) is [var first, ..])
            violations.Add(
                peer.Name, WellKnownRequirements.RelayEnvelopes, $"the relay's {received.Type} is valid against its schema", $"{first} in {received}");
    }
}
