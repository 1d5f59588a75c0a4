using System.Diagnostics;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Judgement;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Thresholds;

namespace CoralMux.Harness.Load.Running;

/// <summary>One run of a load profile: prepare, connect, hold, drain, conclude.</summary>
internal sealed class LoadRun(LoadRunOptions options, ILoadDriver driver, TimeProvider time)
{
    /// <summary>Users that connect at the same time, where all connect before the load begins.</summary>
    private const int ConnectsAtOnce = 32;

    private const int QuietLooks = 3;

    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DrainLook = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MessagePatience = TimeSpan.FromSeconds(5);

    /// <summary>Seconds of processor time used by the generator and the relay.</summary>
    private readonly record struct Cost(double Generator, double? Relay);

    /// <exception cref="CommandException">A threshold cannot be read, the relay does not admit the users or cannot be reached.</exception>
    public async Task<LoadReport> RunAsync(CancellationToken cancellationToken)
    {
        var judge = new ThresholdJudge(Threshold.Of(options.Profile), options.Baseline);
        await using var parts = new RunParts(options, driver, time, cancellationToken);
        await PrepareAsync(parts, cancellationToken);
        await ConnectAsync(parts, cancellationToken);
        await AwaitStartAsync(parts, cancellationToken);
        var before = CostOf(parts);
        var stoppedBy = await HoldAsync(parts, judge, cancellationToken);
        var after = CostOf(parts);
        await DrainAsync(parts, judge, cancellationToken);
        var cost = new Cost(after.Generator - before.Generator, after.Relay - before.Relay);
        return Conclude(parts, judge, stoppedBy, cost, cancellationToken.IsCancellationRequested);
    }

    private async Task PrepareAsync(RunParts parts, CancellationToken cancellationToken)
    {
        if (!options.IsRehearsal)
            await driver.RehearseAsync(options.Profile, time, cancellationToken);
        await parts.AdmitAsync(cancellationToken);
        foreach (var observer in options.Observers)
            observer.Began(options.Profile, parts.Target);
    }

    private async Task ConnectAsync(RunParts parts, CancellationToken cancellationToken)
    {
        parts.Clock.Begin(Stopwatch.GetTimestamp());
        parts.Recorder.Tick();
        var connecting = ConnectAllAsync(parts.ThoseThatConnectFirst, parts.Ended);
        while (!connecting.IsCompleted)
        {
            await Task.WhenAny(connecting, Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken));
            Observe(parts.Recorder.Tick().Point);
        }

        await connecting;
    }

    private static async Task ConnectAllAsync(IReadOnlyList<IVirtualUser> users, CancellationToken cancellationToken)
    {
        var failed = 0;
        var together = new ParallelOptions { MaxDegreeOfParallelism = ConnectsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(users, together, async (user, token) =>
        {
            if (!await user.ConnectAsync(Stopwatch.GetTimestamp(), token))
                Interlocked.Increment(ref failed);
        });
        if (users.Count > 0 && failed == users.Count)
        {
            var problem = $"None of {users.Count} virtual users could connect. Is the relay running there, and is it a CoralMux relay?";
            throw new CommandException(ExitCode.Unreachable, problem);
        }
    }

    // The moment that all shards share, if there is one.
    private async Task AwaitStartAsync(RunParts parts, CancellationToken cancellationToken)
    {
        if (options.Shard?.StartAt is { } startAt)
        {
            while (startAt - time.GetUtcNow() is { Ticks: > 0 } wait)
                await Task.Delay(wait, time, cancellationToken);
            parts.Config = parts.Config with { Shard = options.Shard with { LateMs = Math.Max(0, (time.GetUtcNow() - startAt).TotalMilliseconds) } };
        }

        // Two collections move what the connections hold into the oldest generation; else the first ones under load would do it.
        GC.Collect();
        GC.Collect();
        parts.Recorder.BeginLoad(() => parts.Clock.Begin(Stopwatch.GetTimestamp() + RunClock.Second / 50));
    }

    /// <returns>The threshold that stopped the run, or null.</returns>
    private async Task<Threshold?> HoldAsync(RunParts parts, ThresholdJudge judge, CancellationToken cancellationToken)
    {
        foreach (var user in parts.Users)
            user.Begin();
        var clock = parts.Clock;
        var over = clock.At(options.Profile.Duration.TotalSeconds);
        if (options.WarmUp > TimeSpan.Zero)
        {
            await Task.Delay(options.WarmUp, time, cancellationToken);
            parts.Recorder.Forget();
        }

        Threshold? stoppedBy = null;
        while (Stopwatch.GetTimestamp() < over && stoppedBy is null && !cancellationToken.IsCancellationRequested)
        {
            // On whole seconds of the load, so that the seconds of all shards are the same.
            var next = Math.Min(over, clock.At(Math.Max(0, Math.Floor(clock.Seconds(Stopwatch.GetTimestamp()))) + 1));
            while (next - Stopwatch.GetTimestamp() is > 0 and var left && !cancellationToken.IsCancellationRequested)
                await Task.Delay(TimeSpan.FromSeconds(Math.Max(0.001, left / (double)RunClock.Second)), time, CancellationToken.None);
            var (point, interval) = parts.Recorder.Tick();
            Observe(point);
            var sentBefore = Stopwatch.GetTimestamp() - (long)(MessagePatience.TotalSeconds * RunClock.Second);
            foreach (var user in parts.Users)
                user.GiveUpWaiting(sentBefore);
            stoppedBy = judge.Observe(interval) ?? judge.Passing(() => parts.Report());
        }

        parts.State.IsDraining = true;
        return stoppedBy;
    }

    private async Task DrainAsync(RunParts parts, ThresholdJudge judge, CancellationToken cancellationToken)
    {
        // An answer may appear at the moment in which its question is settled: look more than once.
        var quiet = 0;
        var drainedBy = Stopwatch.GetTimestamp() + (long)Drain.TotalSeconds * RunClock.Second;
        while (quiet < QuietLooks && Stopwatch.GetTimestamp() < drainedBy && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(DrainLook, time, CancellationToken.None);
            quiet = parts.Users.All(user => user.IsSettled) ? quiet + 1 : 0;
        }

        judge.Observe(parts.Recorder.Tick().Interval);
        foreach (var user in parts.Users)
            user.CountLost(Stopwatch.GetTimestamp() - RunClock.Second);
    }

    private static LoadReport Conclude(RunParts parts, ThresholdJudge judge, Threshold? stoppedBy, Cost cost, bool isInterrupted)
    {
        if (parts.Workers.Select(worker => worker.Fault).FirstOrDefault(fault => fault is not null) is { } fault)
            throw new InvalidOperationException($"The time line of the load failed: {fault.Message}", fault);
        var trouble = new RunTrouble(parts.State.SocketTrouble, parts.Group.Unreached, isInterrupted);
        return RunJudgement.Conclude(parts.Report(cost.Generator, cost.Relay), judge, stoppedBy, trouble);
    }

    private static Cost CostOf(RunParts parts) => new(ProcessSampler.GeneratorCpuSeconds, parts.Sampler.Relay()?.CpuSeconds);

    private void Observe(LoadPoint point)
    {
        foreach (var observer in options.Observers)
            observer.Point(point);
    }
}
