using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Live;

/// <summary>What is known of a run while it goes on.</summary>
internal sealed class LiveState(LoadConfig config, LoadTarget target, TimeSpan planned)
{
    private const int Kept = 40;

    private readonly List<LoadPoint> _recent = [];

    // The points of the connecting tell the time since it began; with the load it begins anew.
    private bool _isConnecting = LoadStage.ConnectsFirst(config.Profile);

    public string Title => config.Profile["title"]?.ToString() ?? config.Profile["name"]?.ToString() ?? "load";

    public LoadTarget Target => target;

    public LoadPoint? Last => _recent.Count > 0 ? _recent[^1] : null;

    /// <summary>The last points, oldest first.</summary>
    public IReadOnlyList<LoadPoint> Recent => _recent;

    public long Errors { get; private set; }

    public long Closes { get; private set; }

    public TimeSpan Planned => planned;

    public TimeSpan Elapsed => TimeSpan.FromSeconds(Last is { } last && !_isConnecting ? Math.Clamp(last.AtS + last.WidthS, 0, Math.Max(0, planned.TotalSeconds)) : 0);

    public TimeSpan Left => planned - Elapsed;

    public string Stage => _isConnecting || Last is null ? "connecting" : LoadStage.At(config.Profile, Last.AtS);

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
