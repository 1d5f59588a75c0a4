using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Running;

/// <summary>A protocol that relays implement. Shared code knows a profile only by this interface.</summary>
public interface IProfile
{
    /// <summary>As options, target descriptions and folders spell it, such as <c>pairs</c>.</summary>
    string Name { get; }

    /// <summary>Its step definitions.</summary>
    StepRegistry Steps { get; }

    /// <summary>What a recorded transcript says against its scenario's verdict, as far as only the profile can know.</summary>
    /// <param name="schemas">Of the suite by which the scenario was judged; null where this program does not have it.</param>
    /// <returns>A sentence without a full stop for each disagreement.</returns>
    IEnumerable<string> Disagreements(ScenarioResult result, IReadOnlyList<TranscriptEntry> transcript, SchemaCatalog? schemas);

    /// <summary>The profile in one run.</summary>
    IProfileRun Begin(RunContext context);
}

/// <summary>A profile in one run: what its scenarios share besides the context.</summary>
public interface IProfileRun
{
    RunContext Context { get; }

    /// <summary>Makes sure that there is a relay of the profile, and that scenarios get in.</summary>
    /// <exception cref="Basics.CommandException">Not reachable, not such a relay, or credentials are wrong.</exception>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Finds limits and features of the relay by trying.</summary>
    /// <param name="slow">Also what takes minutes.</param>
    /// <exception cref="Basics.CommandException">As for <see cref="PrepareAsync"/>.</exception>
    Task<ProbeOutcome> ProbeAsync(bool slow, CancellationToken cancellationToken);

    /// <summary>A new world for one scenario.</summary>
    /// <param name="scenario">Its id: the world's random numbers follow from it and the run's seed.</param>
    IWorld CreateWorld(string scenario, CancellationToken cancellationToken);

    /// <summary>Whether scenarios must take turns because they share something scarce, such as a few tokens.</summary>
    bool TakesTurns { get; }

    /// <summary>How many scenarios may run at once, at most <paramref name="jobs"/>.</summary>
    int Concurrency(int jobs);

    /// <summary>How a run whose scenarios take turns advances; null where they do not run one by one.</summary>
    /// <param name="inOrder">The scenarios in the order in which they run.</param>
    Pace? Forecast(IEnumerable<PlannedScenario> inOrder, int jobs);
}

/// <summary>Somebody a step speaks of, as an argument of the step.</summary>
public interface IParty
{
    /// <summary>As the transcript calls the connection.</summary>
    string Name { get; }
}

/// <summary>What a scenario's steps act on and observe. A step class takes its profile's kind of world, or nothing.</summary>
public interface IWorld : IAsyncDisposable
{
    Transcript Transcript { get; }

    ViolationLog Violations { get; }

    /// <summary>Everybody who connected so far.</summary>
    IEnumerable<Party> Parties { get; }

    /// <summary>Whether the relay's day changed during the scenario: usage was reset, so it proves nothing about either day.</summary>
    bool CrossedMidnight { get; }

    /// <summary>Adds to <see cref="Violations"/> what every scenario of the profile watches.</summary>
    void Inspect();
}
