using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;

namespace CoralMux.Harness.Profiles.Pairs.Peers;

/// <summary>
/// What a peer does by itself: it takes what its connection received, in order, and returns what to send. It has no
/// connection and no clock, so a test can be its other side. What is here is what chapter 5 requires; a deployed peer overrides
/// what it does differently. Not safe for concurrent use.
/// </summary>
public abstract class PeerProgram(EnvelopeFactory envelopes)
{
    private readonly List<Envelope> _toSend = [];
    private KeyPair? _own;
    private EndToEndEncryption? _key;
    private byte[]? _others;            // public key behind _key
    private byte[]? _othersSinceStatus; // KEX-11
    private bool _isStale;              // the other is a newcomer, whose key has not come yet
    private bool _hasComplained;        // KEX-29: under _key

    public PeerRecord Record { get; } = new();

    public bool IsAuthenticated { get; private set; }

    /// <summary>How often <c>status</c> said <c>online</c>, on all connections.</summary>
    public int Arrivals { get; private set; }

    /// <summary>How many keys of the other it accepted, on all connections.</summary>
    public int KeysAccepted { get; private set; }

    /// <summary>Gets each key that both sides share, so that a transcript can be shown opened.</summary>
    public Action<EndToEndEncryption>? KeyMade { get; set; }

    /// <summary>Whether it may send chat text now: with the key of the peer that is there now, and never in the clear (KEX-22, KEX-26, KEX-27).</summary>
    public virtual bool MaySpeak => _key is not null && !_isStale;

    protected bool HoldsKey => _key is not null;

    /// <summary>Whether it answers each payload that does not open, and not only the first under a key (KEX-29).</summary>
    protected virtual bool ComplainsOfEach => false;

    /// <summary>Whether it sends its key again for one of the other that differs from the one before (KEX-11).</summary>
    protected virtual bool RepeatsKey => true;

    /// <summary>A new connection takes the place of the former: it has a key pair of its own, and no key of the other (KEX-09).</summary>
    public virtual void Begin()
    {
        Forget();
        _own = FirstKeyPair();
        (IsAuthenticated, _isStale, _othersSinceStatus) = (false, false, null);
    }

    /// <summary>A message that the relay delivered.</summary>
    /// <returns>What the peer sends then, in order.</returns>
    public IReadOnlyList<Envelope> Take(ReceivedMessage message)
    {
        switch (message.Type)
        {
            case "auth.ok":
                IsAuthenticated = true;
                if (message.Payload("paired") is { ValueKind: JsonValueKind.True })
                    Met();
                break;
            case "status" when Text(message, "peer") == "online":
                Arrivals++;
                _othersSinceStatus = null;
                Online();
                break;
            case "status":
                _othersSinceStatus = null;
                Offline();
                break;
            case "key_exchange":
                TakeKey(message);
                break;
            case "chat.send" or "chat.stream" or "chat.done":
                if (Opened(message) is { } text)
                    TakeText(text);
                break;
            default:
                TakeOther(message);
                break;
        }

        return GoOn();
    }

    /// <summary>Sends what it may send by now.</summary>
    protected abstract void Speak();

    /// <summary>Chat text with its payload in the clear.</summary>
    protected abstract void TakeText(ReceivedMessage text);

    /// <summary>What is neither chat text nor about keys and presence.</summary>
    protected virtual void TakeOther(ReceivedMessage message)
    {
    }

    /// <summary>The pair of a connection that begins.</summary>
    protected virtual KeyPair? FirstKeyPair() => KeyPair.Generate();

    /// <summary>It connected, and the other is there already (KEX-07).</summary>
    protected virtual void Met() => SendKey();

    /// <summary>The other arrived, or was replaced (KEX-08). The former key stays, for what is still under way (KEX-10).</summary>
    protected virtual void Online()
    {
        _isStale = true;
        SendKey();
    }

    /// <summary>The other left, and its key with it (KEX-10).</summary>
    protected virtual void Offline() => Forget();

    protected void SendNewKey()
    {
        _own = KeyPair.Generate();
        SendKey();
    }

    protected void Send(string type, string payload) => _toSend.Add(envelopes.Create(type, payload));

    /// <returns>The id of the message.</returns>
    protected string SendText(string type, string payload)
    {
        if (_key is null)
            Record.NoteInTheClear(type);
        Send(type, _key is { } key ? Encoding.UTF8.GetString(key.Seal(Encoding.UTF8.GetBytes(payload))) : payload);
        return _toSend[^1].Id;
    }

    /// <summary>Speaks, and hands over what was sent since it was called last.</summary>
    protected IReadOnlyList<Envelope> GoOn()
    {
        Speak();
        var sent = _toSend.ToArray();
        _toSend.Clear();
        return sent;
    }

    /// <summary>A member of the payload that is a text, or null: also for an escape that stands for no character.</summary>
    protected static string? Text(ReceivedMessage message, string member)
    {
        try
        {
            return message.Payload(member) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private void SendKey() => Send("key_exchange", $"{{\"pubkey\":\"{Convert.ToBase64String(_own!.PublicKey.Span)}\"}}");

    private void Forget() => (_key, _others, _hasComplained) = (null, null, false);

    // Without a pair of its own it cannot use the key (only a deployed agent has none).
    private void TakeKey(ReceivedMessage message)
    {
        if (_own is null)
            return;
        if (PublicKey(message) is not { } others || Agree(_own, others) is not { } key)
        {
            // KEX-13, KEX-30, KEX-31
            Forget();
            _othersSinceStatus = null;
            Complain(message);
            return;
        }

        var differs = _othersSinceStatus is { } before && !before.AsSpan().SequenceEqual(others);
        _hasComplained &= _others.AsSpan().SequenceEqual(others);
        (_key, _others, _othersSinceStatus, _isStale) = (key, others, others, false);
        KeysAccepted++;
        KeyMade?.Invoke(key);
        if (differs && RepeatsKey)
            SendKey();
    }

    private byte[]? PublicKey(ReceivedMessage message)
    {
        var bytes = new byte[KeyPair.Size];
        return Text(message, "pubkey") is { } text && Convert.TryFromBase64String(text, bytes, out var length) && length == KeyPair.Size
            && !bytes.AsSpan().SequenceEqual(_own!.PublicKey.Span) ? bytes : null;
    }

    private static EndToEndEncryption? Agree(KeyPair own, byte[] others)
    {
        try
        {
            return EndToEndEncryption.Between(own, others);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The message with its payload in the clear, or null where it does not open (KEX-29) or should have been sealed (KEX-25, KEX-32).</summary>
    private ReceivedMessage? Opened(ReceivedMessage message)
    {
        if (message.Payload("enc") is not { ValueKind: JsonValueKind.True })
        {
            if (_key is null)
                return message;
            Record.NoteDiscarded(message);
            return null;
        }

        if (_key is not null && SealedEnvelope.Open(message.Bytes.Span, _key) is { } payload)
            return new ReceivedMessage(envelopes.Create(message.Type!, payload).Bytes, message.IsText, message.At) { Entry = message.Entry };
        Record.NoteUnreadable(message);
        // Without a key there is none to complain about: it is still on its way.
        if (ComplainsOfEach || (_key is not null && !_hasComplained))
        {
            _hasComplained = true;
            Complain(message);
        }

        return null;
    }

    private void Complain(ReceivedMessage message) =>
        Send("chat.error", $$"""{"code":"DECRYPTION_FAILED","message":"It does not open.","ref":{{Json.Quote(message.Id ?? "")}}}""");
}
