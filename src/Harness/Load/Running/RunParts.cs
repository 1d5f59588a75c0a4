using System.Diagnostics;
using System.Security.Cryptography;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Running;

/// <summary>Everything that one run makes and that ends with it: clock, workers, users, recorder, log.</summary>
internal sealed class RunParts : IAsyncDisposable
{
    private readonly LoadRunOptions _options;
    private readonly CancellationTokenSource _end;
    private readonly HistogramLog? _log;
    private readonly List<(IVirtualUser User, ScenarioProfile Scenario)> _users = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly DateTimeOffset _startedAt;

    public RunParts(LoadRunOptions options, ILoadDriver driver, TimeProvider time, CancellationToken cancellationToken)
    {
        _options = options;
        _startedAt = time.GetUtcNow();
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Clock = new RunClock(time);
        State = new RunState(Clock, options.Target, (uint)RandomNumberGenerator.GetInt32(int.MaxValue), _end.Token);
        Group = driver.UsersOf(options.Profile, State);
        Workers = [.. Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount)).Select(number => new Worker(number))];
        Scenarios = [.. options.Profile.Scenarios.Select(scenario =>
            new RecordedScenario(scenario.Name, Group.MessageSize(scenario), [.. Workers.Select(_ => new Measurements())]))];
        _log = options.HistogramLog is { } path ? new HistogramLog(path, _startedAt) : null;
        Sampler = new ProcessSampler(options.RelayProcess);
        Recorder = new RunRecorder(Clock, Scenarios, Group.NameOf, Sampler, _log);
        Target = new LoadTarget(options.Target.Description.Name ?? "relay", options.Url, Sampler.SeesRelay);
        Config = new LoadConfig
        {
            Hash = ProfileFile.Hash(options.Profile),
            Seed = options.Profile.Seed,
            Profile = ProfileFile.ToJson(options.Profile),
            Quick = options.Quick,
            Shard = options.Shard,
        };
    }

    public RunClock Clock { get; }

    public RunState State { get; }

    public IVirtualUsers Group { get; }

    public IReadOnlyList<Worker> Workers { get; }

    public ProcessSampler Sampler { get; }

    public RunRecorder Recorder { get; }

    public LoadTarget Target { get; }

    public LoadConfig Config { get; set; }

    public CancellationToken Ended => _end.Token;

    /// <summary>The users of this shard.</summary>
    public IEnumerable<IVirtualUser> Users => _users.Select(one => one.User);

    public IReadOnlyList<IVirtualUser> ThoseThatConnectFirst => [.. _users.Where(one => one.Scenario.Sessions.ConnectFirst).Select(one => one.User)];

    private IReadOnlyList<RecordedScenario> Scenarios { get; }

    /// <exception cref="CommandException">The relay cannot be reached, or does not admit the users.</exception>
    public async Task AdmitAsync(CancellationToken cancellationToken)
    {
        var own = OwnUsers().ToList();
        await Group.AdmitAsync(own.Count, cancellationToken);
        foreach (var (scenario, index) in own)
        {
            var worker = _users.Count % Workers.Count;
            var profile = _options.Profile.Scenarios[scenario];
            _users.Add((Group.Create(profile, index, Workers[worker], Scenarios[scenario].Workers[worker]), profile));
        }
    }

    /// <summary>The figures so far; thresholds and verdict follow.</summary>
    public LoadReport Report(double generatorCpu = 0, double? relayCpu = null) => new()
    {
        Suite = new LoadSuite(Suite.Version, Suite.BuiltIn.ComputeHash()),
        Verdict = LoadVerdict.Pass,
        ExitCode = 0,
        Validity = new LoadValidity(true, []),
        Config = Config,
        Target = Target,
        StartedAt = _startedAt,
        DurationMs = Math.Round(Stopwatch.GetElapsedTime(_started).TotalMilliseconds, 1),
        Totals = Recorder.Totals(generatorCpu, relayCpu),
        Metrics = Recorder.Metrics(),
        Series = Recorder.Series,
        Invariants = State.Invariants.Outcomes(_options.Profile.Invariants),
        Decisions = Group.Decisions,
        Tokens = [.. Users.Select(user => user.Usage).OrderByDescending(one => one.Bytes).Take(LoadReport.MaximumTokens).Where(one => one.Bytes > 0)],
    };

    public async ValueTask DisposeAsync()
    {
        State.IsDraining = State.IsOver = true;
        await _end.CancelAsync();
        foreach (var worker in Workers)
            worker.Dispose();
        foreach (var user in Users)
            user.Drop();
        _log?.Dispose();
        _end.Dispose();
    }

    // A user never spans shards: shard i has the users whose number leaves i when divided by the count.
    private IEnumerable<(int Scenario, int Index)> OwnUsers()
    {
        var index = 0;
        for (var scenario = 0; scenario < _options.Profile.Scenarios.Count; scenario++)
        {
            for (var i = 0; i < _options.Profile.Scenarios[scenario].Pairs; i++, index++)
            {
                if (_options.Shard is not { } shard || index % shard.Count == shard.Index)
                    yield return (scenario, index);
            }
        }
    }
}
