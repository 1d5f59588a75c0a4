using System.Runtime.CompilerServices;

namespace CoralMux.ReferenceRelay.Telemetry;

/// <summary>A counter for each value of an enumeration that counts from 0: a closed set, there from the start at zero.</summary>
internal sealed class CountersByKind<T>
    where T : struct, Enum
{
    private readonly long[] _counts = new long[Enum.GetValues<T>().Length];

    public long this[T kind] => Volatile.Read(ref _counts[IndexOf(kind)]);

    public void Increment(T kind) => Interlocked.Increment(ref _counts[IndexOf(kind)]);

    private static int IndexOf(T kind) => Unsafe.BitCast<T, int>(kind);
}
