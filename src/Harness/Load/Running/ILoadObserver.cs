using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Running;

/// <summary>Watches a run while it goes on. Called from one thread at a time.</summary>
public interface ILoadObserver
{
    /// <param name="profile">As it is run.</param>
    void Began(LoadProfile profile, LoadTarget target);

    /// <summary>A second has passed.</summary>
    void Point(LoadPoint point);
}
