using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Live;

/// <summary>The state of a run while it goes on.</summary>
internal sealed class LiveState(LoadProfile profile, LoadTarget target)
{
    private const int Kept = 40;

    private readonly List<LoadPoint> _recent = [];

    // While connecting, points have the time since it began; with the load, times begin again.
    private bool _isConnecting = profile.Scenarios.Any(scenario => scenario.Sessions.ConnectFirst);

    public string Title => profile.Title;

    public LoadTarget Target => target;

    public LoadPoint? Last => _recent.Count > 0 ? _recent[^1] : null;

    /// <summary>The last points, oldest first.</summary>
    public IReadOnlyList<LoadPoint> Recent => _recent;

    public long Errors { get; private set; }

    public long Closes { get; private set; }

    public TimeSpan Planned => profile.Duration;

    public TimeSpan Elapsed => TimeSpan.FromSeconds(Last is { } last && !_isConnecting ? Math.Clamp(last.AtS + last.WidthS, 0, Planned.TotalSeconds) : 0);

    public TimeSpan Left => Planned - Elapsed;

    public string Stage => _isConnecting || Last is null ? "connecting" : LoadStage.At(profile, Last.AtS);

    public void Add(LoadPoint point)
    {
        _isConnecting &= point.Offered == 0 && (Last is null || point.AtS > Last.AtS);
        _recent.Add(point);
        if (_recent.Count > Kept)
            _recent.RemoveAt(0);
        Errors += point.Errors.Values.Sum();
        Closes += point.Closes.Values.Sum();
    }
}
