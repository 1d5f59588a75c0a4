namespace CoralMux.Harness.Load.Report;

/// <summary>Who looks on while a run is under way: the live view, the files that grow with it. Called from one thread at a time.</summary>
public interface ILoadObserver
{
    /// <param name="planned">How long the profile's load simulations last.</param>
    void Began(LoadConfig config, LoadTarget target, TimeSpan planned);

    /// <summary>A second has passed.</summary>
    void Point(LoadPoint point);
}
