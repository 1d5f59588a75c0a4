using System.Globalization;
using CoralMux.Harness.Profiles.Pairs.Tokens;

namespace CoralMux.Harness.Running;

/// <summary>How far a run with few tokens has come, what it waits for, and how long it will still take.</summary>
public sealed class Pace
{
    /// <summary>A forecast is corrected by what was seen, but not by more than this.</summary>
    private const double MostCorrection = 2;

    private readonly Forecast _forecast;
    private readonly TimeProvider _time;
    private readonly long _began;
    private int _done;

    public Pace(Forecast forecast, TokenPool pool, TimeProvider time)
    {
        _forecast = forecast;
        _time = time;
        _began = time.GetTimestamp();
        pool.Waits += wait => Changed?.Invoke($"waits {Say(wait)} for a full rate, {Say(Left)} left");
    }

    /// <summary>Says where the run stands, in a few words.</summary>
    public event Action<string>? Changed;

    public TimeSpan Elapsed => _time.GetElapsedTime(_began);

    public TimeSpan Left
    {
        get
        {
            var expected = _forecast.After(_done);
            var seen = expected < TimeSpan.FromSeconds(10) ? 1 : Math.Clamp(Elapsed / expected, 1 / MostCorrection, MostCorrection);
            return (_forecast.Total - expected) * seen;
        }
    }

    public void Done() => Interlocked.Increment(ref _done);

    /// <summary>Such as <c>about 12 min</c>.</summary>
    public static string Say(TimeSpan time) => time < TimeSpan.FromSeconds(90)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, time.TotalSeconds):0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min");
}
