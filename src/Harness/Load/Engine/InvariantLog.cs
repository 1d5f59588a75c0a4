using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Engine;

/// <summary>Counts checks and violations of the invariants, and keeps the first few violations.</summary>
internal sealed class InvariantLog
{
    private const int MaximumExamples = 5;

    private static readonly Invariant[] All = Enum.GetValues<Invariant>();

    private readonly Lock _lock = new();
    private readonly List<InvariantExample>[] _examples = [.. All.Select(_ => new List<InvariantExample>())]; // guarded by _lock
    private readonly long[] _violations = new long[All.Length];
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

    /// <param name="asserted">Null: all that apply.</param>
    public IReadOnlyList<InvariantOutcome> Outcomes(IReadOnlyList<Invariant>? asserted)
    {
        lock (_lock)
        {
            var reported = All.Where(one => asserted?.Contains(one) ?? (one != Invariant.Decryption || _decrypted > 0));
            return [.. reported.Select(Outcome)];
        }
    }

    private InvariantOutcome Outcome(Invariant invariant) =>
        new(invariant, invariant == Invariant.Decryption ? _decrypted : _checked, _violations[(int)invariant]) { Examples = [.. _examples[(int)invariant]] };
}
