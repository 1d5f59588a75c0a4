using CoralMux.ReferenceRelay.Protocol;
using CoralMux.ReferenceRelay.Sessions;

namespace CoralMux.ReferenceRelay.Telemetry;

/// <summary>What the relay counts. Labels are closed sets, there from the start at zero; never a token or an address.</summary>
internal sealed class RelayMeters
{
    private readonly long[] _refused = new long[ErrorCodes.All.Length];
    private readonly long[] _ended = new long[Enum.GetValues<CloseReason>().Length];
    private long _messages;
    private long _bytes;
    private long _opened;

    public long Messages => Volatile.Read(ref _messages);

    public long Bytes => Volatile.Read(ref _bytes);

    public long Opened => Volatile.Read(ref _opened);

    public long RefusedCount(ErrorCode code) => Volatile.Read(ref _refused[(int)code]);

    public long EndedCount(CloseReason why) => Volatile.Read(ref _ended[(int)why]);

    public void Forwarded(long messages, long bytes)
    {
        Interlocked.Add(ref _messages, messages);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void Refused(ErrorCode code) => Interlocked.Increment(ref _refused[(int)code]);

    public void ConnectionOpened() => Interlocked.Increment(ref _opened);

    public void ConnectionEnded(CloseReason why) => Interlocked.Increment(ref _ended[(int)why]);
}
