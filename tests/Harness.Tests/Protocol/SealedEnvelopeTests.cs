using System.Text;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Reports.Stored;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Tests.Protocol;

/// <summary>Transcripts show encrypted payloads opened, where the harness holds the key.</summary>
public sealed class SealedEnvelopeTests
{
    [Fact]
    public void Transcript_WithAKey_KeepsThePlaintextBesideTheBytes()
    {
        var (phone, agent) = (KeyPair.Generate(), KeyPair.Generate());
        using var sender = EndToEndEncryption.Between(phone, agent.PublicKey.Span);
        using var reader = EndToEndEncryption.Between(agent, phone.PublicKey.Span);
        using var stranger = EndToEndEncryption.Between(KeyPair.Generate(), agent.PublicKey.Span);
        const string Payload = "{\"text\":\"hello\"}";
        var sealedPayload = Encoding.UTF8.GetString(sender.Seal(Encoding.UTF8.GetBytes(Payload)));
        var envelope = Encoding.UTF8.GetBytes($"{{\"v\":1,\"type\":\"chat.send\",\"payload\":{sealedPayload}}}");

        var transcript = new Transcript(TimeProvider.System);
        transcript.Add("phone", Direction.Sent, "text", envelope);
        transcript.OpenWith(content => SealedEnvelope.Open(content, reader));
        transcript.OpenWith(content => SealedEnvelope.Open(content, stranger));
        transcript.Add("agent", Direction.Received, "text", envelope);
        transcript.Add("agent", Direction.Received, "text", "{\"payload\":{\"ciphertext\":\"x\"}}"u8);
        transcript.Add("agent", Direction.Received, "text", "no \"ciphertext\" and no JSON"u8);

        var entries = TranscriptFile.Read(TranscriptFile.Write(transcript.Entries));
        Assert.Equal([null, Payload, null, null], entries.Select(entry => entry.Opened));
        Assert.Equal(envelope, entries[1].Bytes.ToArray());
    }
}
