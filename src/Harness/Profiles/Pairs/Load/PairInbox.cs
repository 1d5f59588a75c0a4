using System.Diagnostics;
using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Histograms;

namespace CoralMux.Harness.Profiles.Pairs.Load;

/// <summary>What arrives at one side of a pair: load messages, checked against the invariants, and messages of the relay.</summary>
internal sealed class PairInbox(PairSession pair, PairSide side) : IConnectionOwner
{
    /// <summary>Every so many encrypted messages one is opened.</summary>
    private const int OpenEvery = 4;

    private const int LongestRetryMs = 250;

    /// <summary>The id of a load message is in its first bytes.</summary>
    private const int FurthestId = 64;

    private const int NotOurs = -1;

    private Lane Inbound => side.Peer.Outbound;

    public bool MaySend => pair.Pairing.IsPaired;

    public bool ReadsSlowly => pair.ReadsSlowly(side.Role);

    public void Receive(LoadConnection connection, ReadOnlySpan<byte> message)
    {
        if (Expect(message, out var number, out var entry))
            Arrived(number, entry, message.Length == entry.Size && Inbound.Matches(entry, number, 0, message), message);
        else
            ReceiveOther(connection, message);
    }

    public bool Expect(ReadOnlySpan<byte> start, out long number, out Entry entry)
    {
        (number, entry) = (0, default);
        var at = start[..Math.Min(start.Length, FurthestId)].IndexOf("\"id\":\""u8);
        if (at < 0 || !MessageId.TryRead(start[(at + 6)..], out var id) || id.Run != pair.Run.Nonce)
            return false;
        number = id.Number;
        if (IsMisrouted(id))
            Report(new PairViolation(Breach.Misrouted, pair.Index, side.Role) { Message = id }, start);
        else if (Inbound.TryFind(number, out entry))
            return true;
        else
            Report(Breach.Unknown, number, start);
        number = NotOurs;
        return true;
    }

    public void Arrived(long number, in Entry entry, bool matches, ReadOnlySpan<byte> message)
    {
        if (number == NotOurs)
            return; // reported already
        var now = Stopwatch.GetTimestamp();
        pair.Run.Invariants.CountChecked();
        if (!matches)
            Report(Breach.OtherBytes, number, message);
        if (!Inbound.Settle(number, EntryState.Delivered, out var inOrder))
        {
            if (entry.State is EntryState.Delivered or EntryState.Refused)
                Report(entry.State == EntryState.Delivered ? Breach.ArrivedTwice : Breach.ArrivedAfterRefusal, number, message);
            return;
        }

        if (!inOrder)
            Report(Breach.OutOfOrder, number, message);
        pair.Measurements.Count(Counter.Delivered);
        pair.Measurements.RecordBoth(Family.OneWay, side.Peer.Direction, entry.Intended, entry.SentAt, now);
        pair.Scores.Accepted(side.Peer, entry, now);
        if (pair.Scenario.IsEncrypted && number % OpenEvery == 0 && !message.IsEmpty)
            Open(number, message);
        pair.Follow(side, entry, now);
    }

    public void Flush() => pair.Flush();

    public void Ended(LoadConnection connection)
    {
        if (connection != side.Connection)
            return;
        pair.Pairing.Break();
        if (connection.Leaving || pair.Run.IsOver)
            return;
        pair.Measurements.AddClose(connection.CloseCode ?? "1006");
        pair.Abandon();
        pair.Pairing.Fail($"The relay closed the connection ({connection.CloseCode}).");
    }

    private bool IsMisrouted(MessageId id) => id.User != pair.Index || id.Direction == side.Direction;

    private void ReceiveOther(LoadConnection connection, ReadOnlySpan<byte> bytes)
    {
        if (RelayMessage.Parse(bytes) is not { } message)
        {
            Report(Breach.NotAnEnvelope, 0, bytes);
            return;
        }

        if (RelayMessage.TryReadOwn(message.Id, pair.Run.Nonce, out var own))
        {
            if (IsMisrouted(own))
                Report(new PairViolation(Breach.Misrouted, pair.Index, side.Role) { Message = own }, bytes);
            else if (Inbound.TryFind(own.Number, out var entry))
                Arrived(own.Number, entry, matches: false, bytes);
            return;
        }

        switch (message.Kind)
        {
            case RelayMessageKind.AuthOk:
                Authenticated(connection, message);
                break;
            case RelayMessageKind.AuthFail:
                pair.Pairing.Fail("The relay refused the token.");
                break;
            case RelayMessageKind.Status:
                Learn(connection, message.Text("peer") == "online");
                break;
            case RelayMessageKind.KeyExchange when message.Text("pubkey") is { } key:
                pair.Pairing.Exchange(side.Role, key);
                break;
            case RelayMessageKind.Error:
                Refused(message, bytes);
                break;
        }
    }

    private void Authenticated(LoadConnection connection, RelayMessage message)
    {
        pair.Measurements.RecordBoth(Family.Auth, Direction.None, connection.Connected, connection.Connected, Stopwatch.GetTimestamp());
        pair.Scores.Learn(message);
        if (message.IsTrue("paired"))
            Learn(connection, isPeerOnline: true);
    }

    private void Learn(LoadConnection connection, bool isPeerOnline)
    {
        if (pair.Pairing.Learn(side.Role, isPeerOnline) is { } publicKey)
            connection.Send(RelayMessage.KeyExchange(publicKey, pair.Run.Clock.WireTime(Stopwatch.GetTimestamp())));
    }

    private void Refused(RelayMessage message, ReadOnlySpan<byte> bytes)
    {
        var now = Stopwatch.GetTimestamp();
        var code = message.Text("code") ?? "without code";
        pair.Measurements.AddError(code);
        if (pair.Scores.IsAnswer(code))
            pair.Measurements.Count(Counter.Answered);
        // An error without a reference is about the oldest message.
        var number = RelayMessage.TryReadOwn(message.Text("ref"), pair.Run.Nonce, out var own) ? own.Number : side.Outbound.Oldest();
        if (number is not { } refused || !side.Outbound.TryFind(refused, out var entry))
            return;
        if (!side.Outbound.Settle(refused, EntryState.Refused, out _))
        {
            if (entry.State == EntryState.Delivered)
                Report(Breach.RefusedAfterDelivery, refused, bytes, code);
            return;
        }

        pair.Measurements.RecordBoth(Family.Error, Direction.None, entry.Intended, entry.SentAt, now);
        pair.Scores.Refused(side, entry, now, code);
        var wait = Math.Clamp(message.Number("retry_after_ms") ?? LongestRetryMs, 1, LongestRetryMs);
        pair.Refused(side, entry, now + wait * RunClock.Second / 1000);
    }

    private void Open(long number, ReadOnlySpan<byte> message)
    {
        if (pair.Pairing.SealOf(side.Role) is not { } seal)
            return;
        pair.Run.Invariants.CountDecrypted();
        var payload = message[(message.IndexOf("\"payload\":"u8) + 10)..^1];
        if (!seal.TryOpen(payload.ToArray(), out _, out var problem))
            Report(Breach.DoesNotOpen, number, message, problem);
    }

    private void Report(Breach breach, long number, ReadOnlySpan<byte> message, string? detail = null)
    {
        var id = new MessageId(pair.Run.Nonce, pair.Index, side.Peer.Direction, number);
        Report(new PairViolation(breach, pair.Index, side.Role) { Message = id, Detail = detail }, message);
    }

    private void Report(PairViolation violation, ReadOnlySpan<byte> message) => pair.Witness.Report(violation, message);
}
