using System.Globalization;

namespace CoralMux.Harness.Running;

/// <summary>Progress of a run whose scenarios take turns: what it waits for, and how long it will still take.</summary>
/// <param name="notice">Shown before the run: why scenarios take turns, and what would make it shorter.</param>
public sealed class Pace(Forecast forecast, string notice, TimeProvider time)
{
    /// <summary>The largest factor by which observed durations correct a forecast.</summary>
    private const double MostCorrection = 2;

    private readonly long _began = time.GetTimestamp();
    private int _done;

    public string Notice => notice;

    /// <summary>Reports the progress of the run in a few words.</summary>
    public event Action<string>? Changed;

    public TimeSpan Elapsed => time.GetElapsedTime(_began);

    public TimeSpan Left
    {
        get
        {
            var expected = forecast.After(_done);
            var seen = expected < TimeSpan.FromSeconds(10) ? 1 : Math.Clamp(Elapsed / expected, 1 / MostCorrection, MostCorrection);
            return (forecast.Total - expected) * seen;
        }
    }

    /// <summary>Called before a wait for what a scenario needs.</summary>
    public void Waits(TimeSpan wait) => Changed?.Invoke($"waits {Say(wait)} for a full rate, {Say(Left)} left");

    public void Done() => Interlocked.Increment(ref _done);

    /// <summary>Such as <c>about 12 min</c>.</summary>
    public static string Say(TimeSpan time) => time < TimeSpan.FromSeconds(90)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, time.TotalSeconds):0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min");
}
