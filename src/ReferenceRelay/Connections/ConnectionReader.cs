using System.Net.Sockets;
using CoralMux.ReferenceRelay.Basics;
using CoralMux.ReferenceRelay.Framing;
using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Connections;

/// <summary>The read loop of one connection: bytes, frames, whole messages, one after the other, so that answers keep their order (ERR-22). A profile
/// decides what to do with a message. The loop slows down when a receiver, or the client itself, takes too little of what waits for it
/// (PAIR-65).</summary>
internal abstract class ConnectionReader
{
    /// <summary>A message of more than this many times the limit is not skipped: the connection is closed.</summary>
    private const int AbsurdFactor = 4;

    private static readonly TimeSpan MemoryPoll = TimeSpan.FromMilliseconds(50);

    private readonly RelayCore _core;
    private readonly FrameReader _frames;

    // Used by the read loop only: what was forwarded since the last flush.
    private Connection? _receiver;
    private bool _unflushed;
    private long _forwarded;
    private long _forwardedBytes;

    protected ConnectionReader(RelayCore core, Connection connection, int maxUnauthenticatedMessage)
    {
        _core = core;
        Connection = connection;
        _frames = new FrameReader(core.Memory) { MaxMessageSize = maxUnauthenticatedMessage };
    }

    public Connection Connection { get; }

    /// <summary>When what is being handled was received. One look at the clock serves all messages that came together.</summary>
    protected Moment Moment { get; private set; }

    /// <param name="received">What the client had already sent behind its handshake.</param>
    public async Task RunAsync(byte[] received)
    {
        var end = CloseReason.ConnectionLost;
        try
        {
            _frames.Received(received);
            Moment = Moment.Now(_core.Time);
            if (received.Length > 0)
                await HandleReceivedAsync();
            await ReadAsync();
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
        }
        catch (Exception error)
        {
            // A fault of the relay: it ends this connection and no other (ERR-09, ERR-10).
            Log.ConnectionFaulted(_core.Logger, error);
            end = CloseReason.InternalError;
        }
        finally
        {
            Connection.Finish(end);
            _frames.Release();
        }
    }

    /// <summary>Handles a message. Called again with the same message when it must wait first.</summary>
    protected abstract Handled HandleMessage(in ReceivedMessage message);

    /// <summary>Waits after <see cref="Handled.Wait"/>.</summary>
    /// <returns>False when the message is settled by now.</returns>
    protected abstract ValueTask<bool> WaitToContinueAsync();

    /// <param name="beginning">The available part of the message.</param>
    /// <param name="limit">The largest message that is allowed, in bytes.</param>
    protected abstract void RefuseTooLarge(ReadOnlySpan<byte> beginning, int limit);

    /// <summary>The client has authenticated: from its next message on, the configured limit applies.</summary>
    protected void UseConfiguredMessageSize() => _frames.MaxMessageSize = _core.Limits.Current.MaxMessageSize;

    /// <summary>The receiver has a message in its outbox and needs a flush, which happens once for all messages that came together. Nothing is held
    /// back for longer than that (CHAT-09).</summary>
    protected void NoteForwarded(Connection receiver, int bytes)
    {
        if (_receiver != receiver)
            FlushReceiver();
        _receiver = receiver;
        _unflushed = true;
        _forwarded++;
        _forwardedBytes += bytes;
    }

    /// <summary>Stops reading until the condition is false or the connection ends. Who changes the condition wakes the connection.</summary>
    protected async ValueTask WaitWhileAsync(Func<bool> condition)
    {
        if (!condition())
            return;

        FlushReceiver();
        Connection.Flush();
        Connection.PauseReading(true);
        do
        {
            await Connection.Wake.WaitAsync();
        }
        while (!Connection.IsEnding && condition());
        Moment = Moment.Now(_core.Time);
        Connection.PauseReading(false);
    }

    private async Task ReadAsync()
    {
        while (!Connection.IsEnding)
        {
            if (!_frames.ReceivesDirectly)
            {
                _frames.Trim();
                await Connection.Wire.WaitReadableAsync();
            }
            else if (IsShortOfMemory && !await WaitForMemoryAsync())
            {
                Connection.Close(CloseCode.TryAgainLater, "The relay is out of memory for messages.", CloseReason.Overload);
                break;
            }

            var count = await Connection.Wire.ReceiveAsync(_frames.GetReceiveBuffer());
            if (count == 0)
                return;

            Moment = Moment.Now(_core.Time);
            Connection.NoteReceived(Moment.Ticks);
            _frames.Received(count);
            await HandleReceivedAsync();
        }

        await SkipToEndAsync();
    }

    private async ValueTask HandleReceivedAsync()
    {
        if (Connection.IsAuthenticated)
            UseConfiguredMessageSize();
        while (!Connection.IsEnding)
        {
            var next = _frames.Next();
            if (next == FrameEvent.NeedMore)
                break;
            // Before a message is handled, not after: the next one may arrive while the last one is on its way.
            if (MustWait())
                await WaitForRoomAsync();
            while (Handle(next) == Handled.Wait && await WaitToContinueAsync()) { }
        }

        FlushReceiver();
        Connection.Flush();
    }

    private Handled Handle(FrameEvent next)
    {
        switch (next)
        {
            case FrameEvent.Message:
                var handled = HandleMessage(_frames.Message);
                if (handled == Handled.TakenOver)
                    _frames.GiveAway();
                return handled;

            // Before and after authentication (KEEP-01).
            case FrameEvent.Ping:
                Connection.Outbox.Append(Opcode.Pong, _frames.Current);
                break;

            // Nothing behind it is read (TRN-19, TRN-34).
            case FrameEvent.Close:
                Connection.Close(_frames.CloseCode, "", CloseReason.ClientClosed);
                break;

            // The client stays paired, unless the message is absurd (TRN-24, PAIR-67).
            case FrameEvent.TooLarge:
                RefuseTooLarge(_frames.Current, _frames.MaxMessageSize);
                goto case FrameEvent.StillTooLarge;

            case FrameEvent.StillTooLarge:
                if (!Connection.IsAuthenticated || _frames.DeclaredSize > (long)AbsurdFactor * _frames.MaxMessageSize)
                    Connection.Close(CloseCode.MessageTooBig, "Message too large.", CloseReason.TooLarge);
                break;

            case FrameEvent.Violation:
                Connection.Close(_frames.CloseCode, _frames.Problem, CloseReason.ProtocolError);
                break;
        }

        return Handled.Done;
    }

    private void FlushReceiver()
    {
        if (!_unflushed)
            return;

        _core.Meters.Forwarded(_forwarded, _forwardedBytes);
        _forwarded = _forwardedBytes = 0;
        _unflushed = false;
        _receiver!.Flush();
    }

    /// <summary>A reader that is slow, or does not read its own answers, slows its sender here and no other; a receiver that leaves ends the wait
    /// (PAIR-66, PAIR-73). With room for one byte, a message of any size has room; what the relay itself says always has (PAIR-82).</summary>
    private bool MustWait()
    {
        var room = Room;
        if (Connection.Outbox.Pending <= room && (_receiver is null || _receiver.Outbox.Pending <= room))
            return false;

        // Most of it may only be waiting for this flush.
        Connection.Flush();
        FlushReceiver();
        return Connection.Outbox.Pending > room || _receiver?.Outbox.Pending > room;
    }

    /// <summary>Bytes that may wait in an outbox.</summary>
    private long Room => IsShortOfMemory ? 0 : _core.Limits.Current.QueueBytes;

    private bool IsShortOfMemory => _core.Memory.Held > _core.Limits.Current.MemoryBudget;

    /// <summary>In the middle of a large message, with too many others like it: waits its turn, but not forever, or half messages could block each
    /// other (ERR-20).</summary>
    private async ValueTask<bool> WaitForMemoryAsync()
    {
        var started = _core.Time.GetTimestamp();
        while (IsShortOfMemory && !Connection.IsEnding)
        {
            if (_core.Time.GetElapsedTime(started) > _core.Limits.Current.StallTimeout)
                return false;
            Connection.NoteReceived();
            await Task.Delay(MemoryPoll, _core.Time);
        }

        return true;
    }

    private async ValueTask WaitForRoomAsync()
    {
        await WaitWhileAsync(() => Connection.Outbox.NotifyBelow(Room, Connection.Wake, own: true));
        if (_receiver is { } receiver)
            await WaitWhileAsync(() => receiver.Outbox.NotifyBelow(Room, Connection.Wake, own: false));
    }

    /// <summary>After the close was sent: what still arrives must be taken, or a reset overtakes the close frame (ERR-18).</summary>
    private async Task SkipToEndAsync()
    {
        _frames.Release();
        var scratch = new byte[4096];
        while (await Connection.Wire.ReceiveAsync(scratch) > 0) { }
    }
}
