using System.Diagnostics;

namespace CoralMux.Harness.Profiles.Pairs.Load.Decisions;

/// <summary>
/// The token bucket of the specification (LIM-01…) as two bounds: the relay decided at some moment between the sending and
/// the answer, so the bucket held at least one and at most the other.
/// </summary>
internal sealed class RateModel(int perMinute)
{
    /// <summary>A relay may count in whole milliseconds, or in thousandths of a token.</summary>
    private const double Grain = 0.02;

    private double _least = perMinute;
    private double _most = perMinute;
    private long _lastSent;
    private long _lastSettled;

    /// <param name="sentAt">Stopwatch ticks.</param>
    /// <param name="settledAt">Stopwatch ticks.</param>
    /// <returns>True: right. False: wrong. Null: both would have been right.</returns>
    public bool? Judge(long sentAt, long settledAt, bool accepted, out double least, out double most)
    {
        if (_lastSettled != 0)
        {
            _least = Math.Min(perMinute, _least + Refill(Math.Max(0, sentAt - _lastSettled)));
            _most = Math.Min(perMinute, _most + Refill(settledAt - _lastSent));
        }

        (_lastSent, _lastSettled) = (sentAt, settledAt);
        (least, most) = (_least, _most);
        bool? verdict = accepted
            ? most < 1 - Grain ? false : least >= 1 ? true : null
            : least >= 1 + Grain ? false : most < 1 ? true : null;
        if (accepted)
        {
            _least = Math.Max(0, _least - 1);
            _most = Math.Max(0, _most - 1);
        }
        else
        {
            // The relay itself said that there was none.
            _most = Math.Min(_most, 1);
            _least = Math.Min(_least, _most);
        }

        return verdict;
    }

    private double Refill(long ticks) => ticks / (double)Stopwatch.Frequency * perMinute / 60;
}
