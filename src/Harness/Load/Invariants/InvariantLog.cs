using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Invariants;

internal enum Invariant
{
    Isolation, Order, Delivery, Identity, Decryption,
}

/// <summary>What every relay owes every message, however busy it is; counted, and the first few violations kept.</summary>
internal sealed class InvariantLog
{
    private const int MaximumExamples = 5;

    private readonly Lock _lock = new();
    private readonly List<InvariantExample>[] _examples = [.. Enum.GetValues<Invariant>().Select(_ => new List<InvariantExample>())]; // guarded by _lock
    private readonly long[] _violations = new long[Enum.GetValues<Invariant>().Length];
    private long _checked;
    private long _decrypted;

    public void CountChecked() => Interlocked.Increment(ref _checked);

    public void CountDecrypted() => Interlocked.Increment(ref _decrypted);

    public void Add(Invariant invariant, Func<InvariantExample> example)
    {
        Interlocked.Increment(ref _violations[(int)invariant]);
        lock (_lock)
        {
            if (_examples[(int)invariant].Count < MaximumExamples)
                _examples[(int)invariant].Add(example());
        }
    }

    public IReadOnlyList<InvariantOutcome> Outcomes(IReadOnlyList<string>? asserted)
    {
        lock (_lock)
        {
            return
            [
                .. Enum.GetValues<Invariant>()
                    .Where(one => asserted?.Contains(Spelling(one)) ?? (one != Invariant.Decryption || _decrypted > 0))
                    .Select(one => new InvariantOutcome(Spelling(one), one == Invariant.Decryption ? _decrypted : _checked, _violations[(int)one]) { Examples = [.. _examples[(int)one]] }),
            ];
        }
    }

    private static string Spelling(Invariant invariant) => invariant.ToString().ToLowerInvariant();
}
