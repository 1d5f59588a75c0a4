using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Commands;
using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Invariants;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Thresholds;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Load;

/// <summary>What a run is made of.</summary>
/// <param name="RelayProcess">The relay's process, where it is on this host.</param>
public sealed record LoadRunOptions(LoadProfile Profile, Target Target, string? Url, int? RelayProcess)
{
    public bool Quick { get; init; }

    public LoadShard? Shard { get; init; }

    /// <summary>The first part of the load, which counts for nothing.</summary>
    public TimeSpan WarmUp { get; init; }

    public LoadReport? Baseline { get; init; }

    /// <summary>Nothing of it counts: it makes the program warm for the run that does.</summary>
    public bool IsRehearsal { get; init; }

    /// <summary>Where the recordings of each second go as they come, or null.</summary>
    public string? HistogramLog { get; init; }

    public IReadOnlyList<ILoadObserver> Observers { get; init; } = [];
}

/// <summary>One run of a profile, from the tokens to the verdict.</summary>
public sealed class LoadRun(LoadRunOptions options, TimeProvider time)
{
    /// <summary>Pairs that connect at once where all are to be there before the load begins.</summary>
    private const int ConnectsAtOnce = 32;

    private const int QuietLooks = 3;

    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MessagePatience = TimeSpan.FromSeconds(5);

    private readonly LoadProfile _profile = options.Profile;
    private readonly List<VirtualPair> _pairs = [];

    /// <exception cref="CommandException">A threshold cannot be read, the relay gives no tokens or cannot be reached.</exception>
    public async Task<LoadReport> RunAsync(CancellationToken cancellationToken)
    {
        var thresholds = Threshold.Of(_profile);
        var judge = new ThresholdJudge(thresholds, options.Baseline);
        var startedAt = time.GetUtcNow();
        var started = Stopwatch.GetTimestamp();
        var clock = new RunClock(time);
        var invariants = new InvariantLog();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var state = new RunState(clock, options.Target, invariants, _profile.Seed, (uint)RandomNumberGenerator.GetInt32(int.MaxValue)) { Scores = _profile.Scores, Cancelled = end.Token };
        var scenarios = _profile.Scenarios.Select((scenario, number) => new ScenarioRun(scenario, number, state)
        {
            Corpus = scenario.Messages is { Flow: "chat" or "stream" } ? new TextCorpus(_profile.Seed) : null,
        }).ToList();
        var workers = Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount)).Select(number => new Worker(number)).ToList();
        var measurements = scenarios.SelectMany(scenario => workers.Select((_, worker) => (scenario.Number, worker))).ToDictionary(key => key, _ => new Measurements());
        using var log = options.HistogramLog is { } path ? new HistogramLog(path, startedAt) : null;
        var sampler = new ProcessSampler(options.RelayProcess);
        var recorder = new RunRecorder(clock, scenarios, measurements, sampler, log);
        var config = new LoadConfig { Hash = ProfileFile.Hash(_profile), Seed = _profile.Seed, Profile = ProfileFile.ToJson(_profile), Quick = options.Quick, Shard = options.Shard };
        var target = new LoadTarget(options.Target.Description.Name ?? "relay", options.Url, sampler.SeesRelay);
        Threshold? stoppedBy = null;
        try
        {
            if (!options.IsRehearsal)
                await Rehearsal.RunAsync(_profile, time, cancellationToken);
            var tokens = await LoadTokens.TakeAsync(options.Target, OwnPairs().Count(), cancellationToken);
            foreach (var (scenario, index) in OwnPairs())
            {
                var worker = _pairs.Count % workers.Count;
                _pairs.Add(new VirtualPair(scenarios[scenario], index, tokens[_pairs.Count], workers[worker], measurements[(scenario, worker)]));
            }

            foreach (var observer in options.Observers)
                observer.Began(config, target, _profile.Duration);
            var isHolding = _profile.Scenarios.ToDictionary(scenario => scenario.Name, scenario => scenario.Sessions.Life is "hold" or "churn");
            clock.Begin(Stopwatch.GetTimestamp());
            recorder.Tick();
            var connecting = ConnectAsync([.. _pairs.Where(pair => isHolding[pair.ScenarioName])], end.Token);
            while (!connecting.IsCompleted)
            {
                await Task.WhenAny(connecting, Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken));
                Observe(recorder.Tick().Point);
            }

            await connecting;
            if (options.Shard?.StartAt is { } startAt)
            {
                while (startAt - time.GetUtcNow() is { Ticks: > 0 } wait)
                    await Task.Delay(wait, time, cancellationToken);
                config = config with { Shard = options.Shard with { LateMs = Math.Max(0, (time.GetUtcNow() - startAt).TotalMilliseconds) } };
            }

            // What the connections are made of is to be old by now, which takes two rounds; else the first collections under load would do that.
            GC.Collect();
            GC.Collect();
            recorder.BeginLoad(() => clock.Begin(Stopwatch.GetTimestamp() + RunClock.Second / 50));
            var cpuBefore = ProcessSampler.GeneratorCpuSeconds;
            var relayBefore = sampler.Relay()?.CpuSeconds;
            foreach (var pair in _pairs)
                pair.Begin(isHolding[pair.ScenarioName]);

            var over = clock.At(_profile.Duration.TotalSeconds);
            if (options.WarmUp > TimeSpan.Zero)
            {
                await Task.Delay(options.WarmUp, time, cancellationToken);
                recorder.Forget();
            }

            while (Stopwatch.GetTimestamp() < over && stoppedBy is null && !cancellationToken.IsCancellationRequested)
            {
                // On whole seconds of the load, so that those of all shards are the same ones.
                var next = Math.Min(over, clock.At(Math.Max(0, Math.Floor(clock.Seconds(Stopwatch.GetTimestamp()))) + 1));
                while (next - Stopwatch.GetTimestamp() is > 0 and var left && !cancellationToken.IsCancellationRequested)
                    await Task.Delay(TimeSpan.FromSeconds(Math.Max(0.001, left / (double)RunClock.Second)), time, CancellationToken.None);
                var (point, interval) = recorder.Tick();
                Observe(point);
                var giveUpBefore = Stopwatch.GetTimestamp() - (long)(MessagePatience.TotalSeconds * RunClock.Second);
                foreach (var pair in _pairs)
                    pair.GiveUpWaiting(giveUpBefore);
                stoppedBy = judge.Observe(interval) ?? (thresholds.Any(one => one is { Aborts: true, Over: null }) ? judge.Passing(Snapshot()) : null);
            }

            state.IsDraining = true;
            var cpu = ProcessSampler.GeneratorCpuSeconds - cpuBefore;
            var relayCpu = sampler.Relay()?.CpuSeconds - relayBefore;
            // An answer may come up in the moment in which its question is settled: more than one look.
            var quiet = 0;
            for (var drainedBy = Stopwatch.GetTimestamp() + (long)Drain.TotalSeconds * RunClock.Second; quiet < QuietLooks && Stopwatch.GetTimestamp() < drainedBy && !cancellationToken.IsCancellationRequested;)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), time, CancellationToken.None);
                quiet = _pairs.All(pair => pair.IsSettled) ? quiet + 1 : 0;
            }

            judge.Observe(recorder.Tick().Interval);
            foreach (var pair in _pairs)
                pair.CountLost(Stopwatch.GetTimestamp() - RunClock.Second);
            if (workers.Select(worker => worker.Fault).FirstOrDefault(fault => fault is not null) is { } fault)
                throw new InvalidOperationException($"The load's time line broke: {fault.Message}", fault);

            state.LineAhead = LineAhead();
            return Finish(Snapshot(cpu, relayCpu), judge, stoppedBy, state, cancellationToken.IsCancellationRequested);
        }
        finally
        {
            state.IsDraining = state.IsOver = true;
            await end.CancelAsync();
            foreach (var worker in workers)
                worker.Dispose();
            foreach (var pair in _pairs)
                pair.Drop();
        }

        LoadReport Snapshot(double cpu = 0, double? relayCpu = null) => new()
        {
            Suite = new LoadSuite(Suite.Version, Suite.BuiltIn.ComputeHash()),
            Verdict = "pass",
            ExitCode = 0,
            Validity = new LoadValidity(true, []),
            Config = config,
            Target = target,
            StartedAt = startedAt,
            DurationMs = Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 1),
            Totals = recorder.Totalled(cpu, relayCpu),
            Metrics = recorder.Metrics(),
            Series = recorder.Series,
            Invariants = invariants.Outcomes(_profile.Invariants),
            Decisions = [.. scenarios.SelectMany(scenario => scenario.Decisions.Scores)],
            Tokens = [.. _pairs.OrderByDescending(pair => pair.BytesMoved).Take(20).Where(pair => pair.BytesMoved > 0)
                .Select(pair => new TokenUsage(pair.Index, pair.ScenarioName, pair.BytesMoved, pair.Quota?.Quota, _profile.Scores.Count > 0 ? pair.Quota?.Used : null))],
        };

        void Observe(LoadPoint point)
        {
            foreach (var observer in options.Observers)
                observer.Point(point);
        }
    }

    /// <summary>The verdict, from what was recorded.</summary>
    internal static LoadReport Finish(LoadReport report, ThresholdJudge judge, Threshold? stoppedBy, RunState? state, bool interrupted)
    {
        var validity = Validity.Of(report, state?.SocketTrouble, state?.LineAhead, interrupted);
        var outcomes = judge.Judge(report, stoppedBy);
        List<string> reasons =
        [
            .. validity.Reasons,
            .. stoppedBy is null ? [] : new[] { $"Stopped after {report.DurationMs / 1000:0} s, as '{stoppedBy.Text}' asks for." },
            .. outcomes.Where(one => one.Outcome != "met").Select(one => $"{one.Text}: {one.Reason}"),
            .. report.Invariants.Where(one => one.Violations > 0).Select(one => $"{one.Name}: {one.Violations} violation{(one.Violations == 1 ? "" : "s")}. {(one.Examples is [var first, ..] ? first.Sentence : "")}"),
        ];
        // A broken invariant stands, however slow we were; a number does not.
        var verdict = report.Invariants.Any(one => one.Violations > 0) ? "fail" : !validity.Valid ? "invalid" : reasons.Count > 0 ? "fail" : "pass";
        return report with
        {
            Validity = validity,
            Thresholds = outcomes,
            Reasons = reasons,
            Verdict = verdict,
            ExitCode = (int)(verdict switch { "pass" => ExitCode.Conformant, "fail" => ExitCode.NonConformant, _ => ExitCode.Incomplete }),
        };
    }

    // A pair never spans shards: shard i has the pairs whose number leaves i.
    private IEnumerable<(int Scenario, int Index)> OwnPairs()
    {
        var index = 0;
        for (var scenario = 0; scenario < _profile.Scenarios.Count; scenario++)
        {
            for (var i = 0; i < _profile.Scenarios[scenario].Pairs; i++, index++)
            {
                if (options.Shard is not { } shard || index % shard.Count == shard.Index)
                    yield return (scenario, index);
            }
        }
    }

    // A quota whose line was not reached says nothing about the relay's decision there.
    private string? LineAhead()
    {
        foreach (var pair in _pairs)
        {
            if (pair.LineAhead is not var (limit, quota))
                continue;
            var seconds = _profile.Duration.TotalSeconds;
            var needed = quota.Used > 0 ? string.Create(CultureInfo.InvariantCulture, $"At this pace it takes {Math.Ceiling(quota.Quota / (double)quota.Used * seconds):0} s (--duration). ") : "";
            return string.Create(CultureInfo.InvariantCulture, $"The line of the {limit} was not reached: {quota.Used} of {quota.Quota} bytes were moved in {seconds:0.#} s. {needed}Or {LoadTargetHandle.SmallQuotas}.");
        }

        return null;
    }

    private static async Task ConnectAsync(IReadOnlyList<VirtualPair> pairs, CancellationToken cancellationToken)
    {
        var failed = 0;
        await Parallel.ForEachAsync(pairs, new ParallelOptions { MaxDegreeOfParallelism = ConnectsAtOnce, CancellationToken = cancellationToken }, async (pair, token) =>
        {
            if (!await pair.ConnectAsync(Stopwatch.GetTimestamp(), token))
                Interlocked.Increment(ref failed);
        });
        if (pairs.Count > 0 && failed == pairs.Count)
            throw new CommandException(ExitCode.Unreachable, $"None of {pairs.Count} pairs could connect to the relay. Is it running there, and is it a CoralMux relay?");
    }
}
