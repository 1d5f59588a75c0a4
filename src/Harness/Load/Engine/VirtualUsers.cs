using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Load.Engine;

/// <summary>What a profile of the protocol supplies to load runs: its virtual users, and what they do.</summary>
internal interface ILoadDriver
{
    /// <summary>Checks that a load profile can say something about a relay with such limits.</summary>
    /// <exception cref="Basics.CommandException">It cannot; the message says which limits it needs. Exit 4.</exception>
    void Check(LoadProfile profile, TargetDescription description);

    /// <summary>
    /// Does what the load profile does, once, in small and within this process, before anything counts: else the compiler
    /// would work in the first second of the load, and messages would be late.
    /// </summary>
    Task RehearseAsync(LoadProfile profile, TimeProvider time, CancellationToken cancellationToken);

    IVirtualUsers UsersOf(LoadProfile profile, RunState run);
}

/// <summary>The virtual users of one run.</summary>
internal interface IVirtualUsers
{
    /// <summary>The relay's decisions about limits so far, compared with a model.</summary>
    IReadOnlyList<DecisionScore> Decisions { get; }

    /// <summary>A limit that the run should have reached and did not: a sentence, or null.</summary>
    string? Unreached { get; }

    /// <summary>The label of a direction, or null.</summary>
    string? NameOf(Direction direction);

    /// <summary>Bytes of every message of a scenario that is timed one way or there and back, or null where they differ.</summary>
    int? MessageSize(ScenarioProfile scenario);

    /// <summary>Gets what so many users need to connect, such as tokens.</summary>
    /// <exception cref="Basics.CommandException">The relay cannot be reached (exit 3), or does not give it (exit 2).</exception>
    Task AdmitAsync(int count, CancellationToken cancellationToken);

    /// <param name="index">The user's number in the run, in all shards.</param>
    IVirtualUser Create(ScenarioProfile scenario, int index, Worker worker, Measurements measurements);
}

/// <summary>One virtual user. Its connections and messages are its own affair; the run tells it when to begin and to end.</summary>
internal interface IVirtualUser
{
    TokenUsage Usage { get; }

    /// <summary>All that it sent has arrived or was refused.</summary>
    bool IsSettled { get; }

    /// <param name="intended">When this was due, in stopwatch ticks; response times count from it.</param>
    /// <returns>Whether it is connected and ready to send.</returns>
    Task<bool> ConnectAsync(long intended, CancellationToken cancellationToken);

    /// <summary>Puts everything that it does on the time line.</summary>
    void Begin();

    /// <summary>Called once a second: messages that wait for too long make room for the next.</summary>
    /// <param name="sentBefore">Stopwatch ticks.</param>
    void GiveUpWaiting(long sentBefore);

    /// <summary>Called after the drain: counts the messages that neither arrived nor were refused.</summary>
    /// <param name="sentBefore">Stopwatch ticks. A message that was sent later may still be under way.</param>
    void CountLost(long sentBefore);

    /// <summary>Closes its connections without a closing frame.</summary>
    void Drop();
}
