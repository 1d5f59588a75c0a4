using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CoralMux.Harness.Load.Decisions;
using CoralMux.Harness.Load.Invariants;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Profiles.Pairs.Envelopes;

namespace CoralMux.Harness.Load.Engine;

/// <summary>What arrives, and what follows from it.</summary>
internal sealed partial class VirtualPair
{
    private const int LongestExcerpt = 300;
    private const int ExcerptMessages = 6;
    private const int OpenEvery = 4;
    private const int LongestRetryMs = 250;

    private readonly RateModel? _phoneRate;
    private readonly RateModel? _agentRate;
    private readonly QuotaModel _month;
    private long _lastTokenAt;

    /// <summary>A whole message.</summary>
    public void Receive(LoadConnection connection, ReadOnlySpan<byte> message)
    {
        if (Expect(connection, message, out var number, out var entry))
            Arrived(connection, number, entry, message.Length == entry.Size && Inbound(connection).Matches(entry, number, 0, message), message);
        else
            ReceiveOther(connection, message);
    }

    /// <summary>Is this one of ours, for this connection? Its first bytes are enough to tell.</summary>
    public bool Expect(LoadConnection connection, ReadOnlySpan<byte> start, out long number, out Entry entry)
    {
        number = 0;
        entry = default;
        const int furthest = 64;
        var at = start[..Math.Min(start.Length, furthest)].IndexOf("\"id\":\""u8);
        if (at < 0 || !MessageId.TryRead(start[(at + 6)..], out var id) || id.Run != _run.Nonce)
            return false;
        if (id.Pair != _index || id.FromPhone == connection.IsPhone)
        {
            Violate(Invariant.Isolation, connection, $"The {Side(connection)} of pair {_index} got message {id.Number} that the {(id.FromPhone ? "phone" : "agent")} of pair {id.Pair} had sent to its own peer.", start);
            number = -1;
            return true;
        }

        number = id.Number;
        if (Inbound(connection).TryFind(number, out entry))
            return true;
        Violate(Invariant.Delivery, connection, $"The {Side(connection)} got message {number}, which was settled long ago or never sent.", start);
        number = -1;
        return true;
    }

    /// <summary>One of ours is whole.</summary>
    public void Arrived(LoadConnection connection, long number, in Entry entry, bool matches, ReadOnlySpan<byte> message)
    {
        if (number < 0)
            return; // told already
        var now = Stopwatch.GetTimestamp();
        var lane = Inbound(connection);
        _run.Invariants.CountChecked();
        if (!matches)
            Violate(Invariant.Identity, connection, $"Message {number} arrived with other bytes than were sent.", message);
        if (!lane.Settle(number, EntryState.Delivered, out var inOrder))
        {
            if (entry.State is EntryState.Delivered or EntryState.Refused)
                Violate(Invariant.Delivery, connection, $"Message {number} arrived {(entry.State == EntryState.Delivered ? "twice" : "although it had been refused")}.", message);
            return;
        }

        if (!inOrder)
            Violate(Invariant.Order, connection, $"Message {number} arrived after one that was sent later.", message);
        var way = connection.IsPhone ? Way.AgentToPhone : Way.PhoneToAgent;
        Interlocked.Add(ref _bytesMoved, entry.Size);
        _measurements.AddDelivered();
        _measurements.Record(Family.OneWay, way, Measure.Response, entry.Intended, now);
        _measurements.Record(Family.OneWay, way, Measure.Service, entry.SentAt, now);
        Score(!connection.IsPhone, entry, now, accepted: true, code: null);
        if (_scenario.Encrypted && number % OpenEvery == 0 && !message.IsEmpty)
            Open(connection, message);
        Follow(connection, entry, now);
    }

    /// <summary>A batch has been read: whatever it set free is sent together.</summary>
    public void Flush()
    {
        if (_up.HasSendable)
            _phone?.Kick();
        if (_down.HasSendable)
            _agent?.Kick();
    }

    public void Ended(LoadConnection connection)
    {
        if (connection != _phone && connection != _agent)
            return;
        IsPaired = false;
        if (connection.Leaving || _run.IsOver)
            return;
        _measurements.AddClose(connection.CloseCode ?? "1006");
        _up.Abandon();
        _down.Abandon();
        lock (_lock)
            _pairing?.TrySetException(new IOException($"The relay closed the connection ({connection.CloseCode})."));
    }

    /// <summary>Once a second: what waits for too long makes room for the next.</summary>
    public void GiveUpWaiting(long sentBefore)
    {
        if (IsSlowReader)
            return;
        var count = _up.GiveUpWaiting(sentBefore) + _down.GiveUpWaiting(sentBefore);
        for (; count > 0; count--)
            _measurements.AddError("TIMEOUT");
        Flush();
    }

    /// <summary>After the drain: what has neither arrived nor been refused, while both sides stayed, is lost.</summary>
    /// <param name="sentBefore">What was sent only in the last moment may still be under way.</param>
    public void CountLost(long sentBefore)
    {
        if (!IsPaired)
            return;
        foreach (var (lane, side) in new[] { (_up, "phone"), (_down, "agent") })
        {
            for (var lost = lane.CountLost(sentBefore); lost > 0; lost--)
                Violate(Invariant.Delivery, null, $"A message of the {side} of pair {_index} never arrived and was never refused.", []);
        }
    }

    public bool IsSettled => _up.Unsettled + _down.Unsettled == 0;

    private void Follow(LoadConnection connection, in Entry entry, long now)
    {
        switch (entry.Kind)
        {
            case MessageKind.Data:
                OfferAgain(!connection.IsPhone);
                break;
            case MessageKind.Request when _scenario.Flow == "round-trip":
                Add(false, new Entry { Intended = now, Kind = MessageKind.Reply, Size = Math.Max(_scenario.Down.Overhead, entry.Size), OriginIntended = entry.Intended, OriginSent = entry.SentAt }, null);
                break;
            case MessageKind.Request:
                _ = new Answer(this, entry, now);
                break;
            case MessageKind.Reply:
                _measurements.Record(Family.RoundTrip, Way.None, Measure.Response, entry.OriginIntended, now);
                _measurements.Record(Family.RoundTrip, Way.None, Measure.Service, entry.OriginSent, now);
                OfferAgain(true);
                break;
            case MessageKind.Token or MessageKind.Done:
                FollowToken(entry, now);
                break;
        }
    }

    private void FollowToken(in Entry entry, long now)
    {
        if (entry.Kind == MessageKind.Done)
        {
            _measurements.Record(Family.LastToken, Way.None, Measure.Response, entry.OriginIntended, now);
            _measurements.Record(Family.LastToken, Way.None, Measure.Service, entry.OriginSent, now);
            _lastTokenAt = 0;
            OfferAgain(true);
            return;
        }

        if (_lastTokenAt != 0)
        {
            _measurements.Record(Family.TokenGap, Way.None, Measure.Response, _lastTokenAt, now);
        }
        else
        {
            _measurements.Record(Family.FirstToken, Way.None, Measure.Response, entry.OriginIntended, now);
            _measurements.Record(Family.FirstToken, Way.None, Measure.Service, entry.OriginSent, now);
        }

        _lastTokenAt = now;
    }

    private void OfferAgain(bool fromPhone)
    {
        if (_closedInFlight > 0 && !_run.IsDraining && Stopwatch.GetTimestamp() < _closedUntil)
            Offer(fromPhone, Stopwatch.GetTimestamp());
    }

    // What the relay itself says, the other side's key, or nothing we know.
    private void ReceiveOther(LoadConnection connection, ReadOnlySpan<byte> message)
    {
        JsonElement root;
        string? type, id;
        try
        {
            var reader = new Utf8JsonReader(message);
            root = JsonElement.ParseValue(ref reader);
            type = root.GetProperty("type").GetString();
            id = root.TryGetProperty("id", out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            Violate(Invariant.Identity, connection, $"The {Side(connection)} got what is no envelope.", message);
            return;
        }

        var payload = root.TryGetProperty("payload", out var body) && body.ValueKind == JsonValueKind.Object ? body : default;
        if (id is not null && MessageId.TryRead(Encoding.UTF8.GetBytes(id), out var ours) && ours.Run == _run.Nonce)
        {
            if (ours.Pair != _index || ours.FromPhone == connection.IsPhone)
                Violate(Invariant.Isolation, connection, $"The {Side(connection)} of pair {_index} got a message that the {(ours.FromPhone ? "phone" : "agent")} of pair {ours.Pair} had sent to its own peer.", message);
            else if (Inbound(connection).TryFind(ours.Number, out var entry))
                Arrived(connection, ours.Number, entry, matches: false, message);
            return;
        }

        switch (type)
        {
            case "auth.ok":
                Authenticated(connection, payload);
                break;
            case "auth.fail":
                lock (_lock)
                    _pairing?.TrySetException(new IOException("The relay refused the token."));
                break;
            case "status":
                Knows(connection, Text(payload, "peer") == "online");
                break;
            case "key_exchange":
                Exchange(connection, Text(payload, "pubkey"));
                break;
            case "chat.error":
                Refused(connection, payload, message);
                break;
        }
    }

    private void Authenticated(LoadConnection connection, JsonElement payload)
    {
        var now = Stopwatch.GetTimestamp();
        _measurements.Record(Family.Auth, Way.None, Measure.Response, connection.Connected, now);
        _measurements.Record(Family.Auth, Way.None, Measure.Service, connection.Connected, now);
        if (Quota is null && payload.TryGetProperty("daily_quota_bytes", out var quota) && quota.TryGetInt64(out var limit) && payload.TryGetProperty("daily_used_bytes", out var usedMember) && usedMember.TryGetInt64(out var used))
            Quota = new QuotaModel(limit, used);
        if (payload.TryGetProperty("paired", out var paired) && paired.ValueKind == JsonValueKind.True)
            Knows(connection, true);
    }

    private void Knows(LoadConnection connection, bool online)
    {
        byte[]? key = null;
        lock (_lock)
        {
            if (connection.IsPhone)
                _phoneKnows = online;
            else
                _agentKnows = online;
            if (!online)
            {
                IsPaired = false;
                return;
            }

            if (_scenario.Encrypted)
            {
                ref var keys = ref (connection.IsPhone ? ref _phoneKeys : ref _agentKeys);
                keys ??= KeyPair.Generate();
                key = Encoding.UTF8.GetBytes($$$"""{"v":1,"type":"key_exchange","id":"{{{Guid.NewGuid()}}}","ts":{{{_run.Clock.WireTime(Stopwatch.GetTimestamp())}}},"payload":{"pubkey":"{{{Convert.ToBase64String(keys.PublicKey.Span)}}}"}}""");
            }
            else
            {
                CompletePairing();
            }
        }

        if (key is not null)
            connection.Send(key);
    }

    private void Exchange(LoadConnection connection, string? publicKey)
    {
        lock (_lock)
        {
            if ((connection.IsPhone ? _phoneKeys : _agentKeys) is not { } own || publicKey is null)
                return;
            var seal = EndToEndEncryption.Between(own, Convert.FromBase64String(publicKey));
            if (connection.IsPhone)
                _phoneSeal = seal;
            else
                _agentSeal = seal;
            if (_phoneSeal is not null && _agentSeal is not null)
                CompletePairing();
        }
    }

    private void CompletePairing()
    {
        if (!_phoneKnows || !_agentKnows)
            return;
        IsPaired = true;
        _pairing?.TrySetResult();
    }

    private void Refused(LoadConnection connection, JsonElement payload, ReadOnlySpan<byte> message)
    {
        var now = Stopwatch.GetTimestamp();
        var code = Text(payload, "code") ?? "without code";
        _measurements.AddError(code);
        var lane = Outbound(connection);
        long? number = Text(payload, "ref") is { } reference && MessageId.TryRead(Encoding.UTF8.GetBytes(reference), out var id) && id.Run == _run.Nonce ? id.Number : lane.Oldest();
        if (number is not { } refused || !lane.TryFind(refused, out var entry))
            return;
        if (!lane.Settle(refused, EntryState.Refused, out _))
        {
            if (entry.State == EntryState.Delivered)
                Violate(Invariant.Delivery, connection, $"Message {refused} was refused with {code} although it had been delivered.", message);
            return;
        }

        _measurements.Record(Family.Error, Way.None, Measure.Response, entry.Intended, now);
        _measurements.Record(Family.Error, Way.None, Measure.Service, entry.SentAt, now);
        Score(connection.IsPhone, entry, now, accepted: false, code);
        if (entry.Kind == MessageKind.Done)
            _lastTokenAt = 0;
        if (_closedInFlight == 0 || entry.Kind is not (MessageKind.Data or MessageKind.Request))
            return;
        var wait = payload.TryGetProperty("retry_after_ms", out var retry) && retry.TryGetInt64(out var ms) ? Math.Clamp(ms, 1, LongestRetryMs) : LongestRetryMs;
        _worker.Schedule(this, connection.IsPhone ? RetryUp : RetryDown, now + wait * RunClock.Second / 1000);
    }

    private void Score(bool fromPhone, in Entry entry, long now, bool accepted, string? code)
    {
        if (_run.Scores.Count == 0)
            return;
        var (size, sentAt) = (entry.Size, entry.SentAt);
        if ((fromPhone ? _phoneRate : _agentRate) is { } model && code is null or "RATE_LIMITED")
        {
            var right = model.Judge(sentAt, now, accepted, out var least, out var most);
            _scenario.Decisions.Add(fromPhone ? "rate-phone" : "rate-agent", right, () =>
                $"At {_run.Clock.Seconds(sentAt):0.000} s pair {_index}'s message was {(accepted ? "forwarded" : "refused")} while its bucket held {least:0.00} to {most:0.00}.");
        }

        if (code is not (null or "DAILY_QUOTA_EXCEEDED" or "MONTHLY_QUOTA_EXCEEDED"))
            return;
        foreach (var (limit, quota) in new[] { ("daily-quota", Quota), ("monthly-quota", _month) })
        {
            if (quota is null || !_run.Scores.Contains(limit))
                continue;
            lock (quota)
            {
                var before = quota.Used;
                var right = quota.Judge(size, (fromPhone ? _down : _up).Unsettled * size, accepted);
                _scenario.Decisions.Add(limit, right, () =>
                    $"At {_run.Clock.Seconds(sentAt):0.000} s {size} bytes were {(accepted ? "forwarded" : "refused")} when {before} of {quota.Quota} were used.");
            }
        }
    }

    private void Open(LoadConnection connection, ReadOnlySpan<byte> message)
    {
        var at = message.IndexOf("\"payload\":"u8) + 10;
        var seal = connection.IsPhone ? _phoneSeal : _agentSeal;
        if (seal is null)
            return;
        _run.Invariants.CountDecrypted();
        if (!seal.TryOpen(message[at..^1].ToArray(), out _, out var problem))
            Violate(Invariant.Decryption, connection, $"A message to the {Side(connection)} does not open: {problem}", message);
    }

    private void Violate(Invariant invariant, LoadConnection? connection, string sentence, ReadOnlySpan<byte> message)
    {
        var text = Visible(message);
        var bytes = message.Length;
        _run.Invariants.Add(invariant, () =>
        {
            var now = _run.Clock.Seconds(Stopwatch.GetTimestamp());
            var lines = new[] { (_up, "phone"), (_down, "agent") }
                .SelectMany(lane => lane.Item1.Last(ExcerptMessages).Select(one => new ExcerptLine(
                    _run.Clock.Seconds(one.SentAt), lane.Item2, "sent", one.Size, $"{one.Id} ({one.State.ToString().ToLowerInvariant()})")))
                .OrderBy(line => line.AtS).ToList();
            if (connection is not null)
                lines.Add(new ExcerptLine(now, Side(connection), "received", bytes, text));
            return new InvariantExample(now, ScenarioName, _index, sentence, lines);
        });
    }

    private string Visible(ReadOnlySpan<byte> message) =>
        Encoding.UTF8.GetString(message[..Math.Min(message.Length, LongestExcerpt)]).Replace(_token, "oc_pair_…", StringComparison.Ordinal);

    private static string Side(LoadConnection connection) => connection.IsPhone ? "phone" : "agent";

    private static string? Text(JsonElement payload, string member) =>
        payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>An agent's answer, token by token, at its own pace.</summary>
    private sealed class Answer : ITimed
    {
        private readonly VirtualPair _pair;
        private readonly Entry _question;
        private readonly long _start;
        private readonly long _number;
        private readonly int _tokens;

        public Answer(VirtualPair pair, in Entry question, long now)
        {
            var messages = pair._scenario.Profile.Messages!;
            (_pair, _question, _start, _number, _tokens) = (pair, question, now, pair._offered + pair._index, messages.TokensPerAnswer);
            pair._worker.Schedule(this, 0, now);
        }

        public void Due(long intended, int what)
        {
            if (!_pair.IsPaired || _pair._run.IsDraining)
                return;
            _pair._measurements.AddOffered();
            _pair._measurements.Record(Family.OneWay, Way.AgentToPhone, Measure.Lag, intended, Stopwatch.GetTimestamp());
            var entry = new Entry
            {
                Intended = intended, Kind = what < _tokens ? MessageKind.Token : MessageKind.Done, OriginIntended = _question.Intended, OriginSent = _question.SentAt,
            };
            var corpus = _pair._scenario.Corpus!;
            _pair.Add(false, entry, what < _tokens
                ? TextCorpus.Delta(corpus.Word(_number, what), what + 1)
                : TextCorpus.FullText(string.Concat(Enumerable.Range(0, _tokens).Select(i => corpus.Word(_number, i)))));
            _pair._agent?.Kick();
            if (what < _tokens)
                _pair._worker.Schedule(this, what + 1, _start + (long)((what + 1) / _pair._scenario.Profile.Messages!.TokensPerSecond * RunClock.Second));
        }
    }
}
