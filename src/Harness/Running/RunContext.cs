using CoralMux.Harness.Messages;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Running;

/// <summary>What all scenarios of a run share, in every profile. Its creator disposes it.</summary>
/// <param name="Patience">How long an expectation may take.</param>
/// <param name="Seed">Of everything random that a scenario sends.</param>
public sealed record RunContext(Target Target, SchemaCatalog Schemas, TimeProvider Time, TimeSpan Patience, int Seed) : IDisposable
{
    private long _longestStart;

    /// <summary>Restarts the relay, where that can be done.</summary>
    public RelayControl? Control { get; init; }

    /// <summary>Starts a further relay of the same kind with other settings, where that can be done.</summary>
    public Func<RelaySettings, CancellationToken, Task<StartedRelay>>? Start { get; init; }

    /// <summary>A random case that fails is run at most this many times again, to make it smaller.</summary>
    public int ShrinkingEffort { get; init; } = 60;

    /// <summary>Few relays start at a time: more would only be late together.</summary>
    public SemaphoreSlim Starting { get; } = new(2);

    /// <summary>The longest that a relay of this run took to start: how busy this machine is.</summary>
    public TimeSpan LongestStart => TimeSpan.FromTicks(Interlocked.Read(ref _longestStart));

    /// <summary>How late this program itself was at times.</summary>
    public StallWatch Stalls { get; } = new(Time);

    public void NoteStart(TimeSpan took)
    {
        for (var known = LongestStart.Ticks; took.Ticks > known; known = LongestStart.Ticks)
            Interlocked.CompareExchange(ref _longestStart, took.Ticks, known);
    }

    public void Dispose()
    {
        Stalls.Dispose();
        Starting.Dispose();
    }
}
