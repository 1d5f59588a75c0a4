using System.Text;
using System.Text.Json;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Peers;

namespace CoralMux.Harness.Tests.Peers;

/// <summary>The relay and the peer at the other end of a program, without a connection: what each says, and what it gets for it.</summary>
internal sealed class OtherSide
{
    private readonly PeerProgram _program;

    public OtherSide(PeerProgram program)
    {
        _program = program;
        program.Begin();
    }

    public static EnvelopeFactory Envelopes { get; } = new(TimeProvider.System, new Random(1));

    /// <summary>Under the key that the program sent last and the one that it got last.</summary>
    public EndToEndEncryption? Key { get; private set; }

    /// <summary>The public key that the program sent last, base64.</summary>
    public string? ProgramsKey { get; private set; }

    private KeyPair Own { get; set; } = KeyPair.Generate();

    /// <summary>Id of what was said last.</summary>
    public string LastId { get; private set; } = "";

    public static IEnumerable<string> Types(IEnumerable<Envelope> sent) => sent.Select(envelope => envelope.Type);

    public IReadOnlyList<Envelope> AcceptsIt(bool paired) => Says("auth.ok", $$"""{"paired":{{(paired ? "true" : "false")}}}""");

    public IReadOnlyList<Envelope> IsOnline() => Says("status", """{"peer":"online"}""");

    public IReadOnlyList<Envelope> IsOffline() => Says("status", """{"peer":"offline"}""");

    public IReadOnlyList<Envelope> SendsItsKey() => SendsAsKey(Convert.ToBase64String(Own.PublicKey.Span));

    public IReadOnlyList<Envelope> SendsANewKey()
    {
        Own = KeyPair.Generate();
        return SendsItsKey();
    }

    public IReadOnlyList<Envelope> SendsAsKey(string text) => Says("key_exchange", $$"""{"pubkey":"{{text}}"}""");

    /// <summary>The usual beginning: it was there, and both know the key of the other.</summary>
    public void Meets(bool programIsFirst = true)
    {
        AcceptsIt(paired: !programIsFirst);
        if (programIsFirst)
            IsOnline();
        SendsItsKey();
    }

    public IReadOnlyList<Envelope> SaysSealed(string type, string payload, EndToEndEncryption? under = null) =>
        Says(type, Encoding.UTF8.GetString((under ?? Key!).Seal(Encoding.UTF8.GetBytes(payload))));

    public IReadOnlyList<Envelope> Says(string type, string payload)
    {
        var envelope = Envelopes.Create(type, payload);
        LastId = envelope.Id;
        return Hears(_program.Take(new ReceivedMessage(envelope.Bytes, IsText: true, default)));
    }

    public IReadOnlyList<Envelope> Hears(IReadOnlyList<Envelope> sent)
    {
        if (sent.LastOrDefault(envelope => envelope.Type == "key_exchange") is { } exchange)
            ProgramsKey = Member(exchange, "pubkey").GetString();
        if (ProgramsKey is not null)
            Key = EndToEndEncryption.Between(Own, Convert.FromBase64String(ProgramsKey));
        return sent;
    }

    /// <summary>The payload that was sealed, or null where it was not or does not open.</summary>
    public string? Open(Envelope envelope, EndToEndEncryption? under = null) => SealedEnvelope.Open(envelope.Bytes.Span, under ?? Key!);

    public static JsonElement Member(Envelope envelope, string member) =>
        new ReceivedMessage(envelope.Bytes, IsText: true, default).Payload(member)!.Value;
}
