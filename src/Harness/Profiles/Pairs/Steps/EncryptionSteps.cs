using System.Text;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>Two peers that encrypt (chapter 5), with the relay in between: it forwards their keys, and what it cannot read.</summary>
[Binding]
public sealed class EncryptionSteps(World world) : IDisposable
{
    private readonly Dictionary<string, EndToEndEncryption> _keys = [];

    public void Dispose()
    {
        foreach (var key in _keys.Values)
            key.Dispose();
    }

    /// <summary>Each sends its public key, and makes the common one of what arrives; the transcript is kept opened from here on.</summary>
    [When("{peer} and {peer} exchange keys")]
    public async Task ExchangeKeys(PeerName one, PeerName other)
    {
        var (ownOfOne, ownOfOther) = (KeyPair.Generate(), KeyPair.Generate());
        await SendKeyAsync(one, ownOfOne);
        _keys[other.Name] = await ReceiveKeyAsync(other, ownOfOther);
        await SendKeyAsync(other, ownOfOther);
        _keys[one.Name] = await ReceiveKeyAsync(one, ownOfOne);
        world.Transcript.OpenWith(bytes => SealedEnvelope.Open(bytes, _keys[one.Name]));
    }

    /// <summary>A conversation: a question, a streamed answer, its end; each message has the canary in its plaintext, and none on the wire.</summary>
    [Then("{peer} opens {int} answers in parts to what it asks {peer}, and nobody else could")]
    public async Task Converse(PeerName phone, int answers, PeerName agent)
    {
        for (var i = 0; i < answers; i++)
        {
            await SayAsync(phone, agent, "chat.send", $$"""{"text":"question {{i}} {{world.Canary}} 你好"}""");
            for (var part = 1; part <= 3; part++)
                await SayAsync(agent, phone, "chat.stream", $$"""{"delta":"{{world.Canary}} ","seq":{{part}}}""");
            var whole = $$$"""{"full_text":"answer {{{i}}} {{{world.Canary}}}","usage":{"prompt_tokens":9,"completion_tokens":3}}""";
            await SayAsync(agent, phone, "chat.done", whole);
        }
    }

    private async Task SendKeyAsync(PeerName peer, KeyPair own) =>
        await world.Traffic.SendAsync(peer, world.Envelopes.Create("key_exchange", $"{{\"pubkey\":\"{Convert.ToBase64String(own.PublicKey.Span)}\"}}"));

    private async Task<EndToEndEncryption> ReceiveKeyAsync(PeerName peer, KeyPair own)
    {
        var received = await world.Cast.Peer(peer).NextMessageAsync($"the {peer.Name} receives its peer's public key", world.Deadline);
        Traffic.ExpectSame(peer, world.LastSent!.Bytes, received);
        return EndToEndEncryption.Between(own, Convert.FromBase64String(received.Payload("pubkey")!.Value.GetString()!));
    }

    private async Task SayAsync(PeerName from, PeerName to, string type, string payload)
    {
        var sealedPayload = Encoding.UTF8.GetString(_keys[from.Name].Seal(Encoding.UTF8.GetBytes(payload)));
        await world.Traffic.SendAsync(from, world.Envelopes.Create(type, sealedPayload));
        var received = await world.Cast.Peer(to).NextMessageAsync($"the {to.Name} receives a sealed {type}", world.Deadline);
        Traffic.ExpectSame(to, world.LastSent!.Bytes, received);
        if (SealedEnvelope.Open(received.Bytes.Span, _keys[to.Name]) is not { } opened || opened != payload)
            throw new ExpectationException($"the {to.Name} opens what the {from.Name} sealed", $"it cannot open {received}");
    }
}
