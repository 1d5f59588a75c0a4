using CoralMux.Harness.Evidence;
using CoralMux.Harness.Profiles.Pairs.Tokens;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>The relays that a scenario has to do with: the one under test, or one of its kind that was started for the scenario.</summary>
public sealed class Relays : IAsyncDisposable
{
    /// <summary>From the command that starts a relay until the scenario's peers are connected: so many times as long as the slowest start so far.</summary>
    private const int Readiness = 3;

    private const string NoStart = "it needs a relay with other settings: give the target description a startCommand";

    private readonly RunContext _context;
    private readonly Transcript _transcript;
    private readonly CancellationToken _cancellationToken;
    private OwnRelay? _own;

    public Relays(RunContext context, Transcript transcript, CancellationToken cancellationToken)
    {
        _context = context;
        _transcript = transcript;
        _cancellationToken = cancellationToken;
        Clock = new RelayClock(context.Time, transcript, () => Own?.ClockOffset ?? TimeSpan.Zero, cancellationToken);
    }

    /// <summary>The relay that the scenario speaks of.</summary>
    public Target Target => _own?.Target ?? _context.Target;

    public RelayClock Clock { get; }

    /// <summary>The relay that was started for the scenario, or null.</summary>
    public StartedRelay? Own => _own?.Relay;

    /// <summary>Where tokens of the scenario's own relay come from, or null where it has no such relay.</summary>
    public TokenSource? OwnTokens => _own?.Tokens;

    /// <summary>Whether this run can restart the relay.</summary>
    public bool HasControl => _context.Control is not null;

    /// <summary>Restarts and stops the relay.</summary>
    /// <exception cref="NotRunException">This target gives no means for it.</exception>
    public RelayControl Control => Own ?? _context.Control ?? throw new NotRunException(
        "it needs to restart the relay: give the target description a restartCommand");

    /// <summary>Whether this run can start further relays.</summary>
    public bool CanStart => _context.Start is not null;

    /// <summary>From now on the scenario speaks of a relay of its own, so configured, with tokens of its own.</summary>
    /// <param name="settings">Asked for when the relay is about to start, with the time (UTC) at which the scenario will likely be ready to use it.</param>
    /// <exception cref="NotRunException">This target gives no means for it.</exception>
    public async Task UseOwnAsync(Func<DateTimeOffset, RelaySettings> settings)
    {
        if (_context.Start is not { } start)
            throw new NotRunException(NoStart);
        if (_own is not null)
            throw new InvalidOperationException("The scenario has a relay of its own already.");
        await _context.Starting.WaitAsync(_cancellationToken);
        try
        {
            var began = _context.Time.GetTimestamp();
            var chosen = settings(_context.Time.GetUtcNow() + (Readiness * _context.LongestStart));
            _transcript.Note("harness", $"starts a relay of the scenario's own: {Describe(chosen)}");
            _own = new OwnRelay(await start(chosen, _cancellationToken));
            _context.NoteStart(_context.Time.GetElapsedTime(began));
        }
        finally
        {
            _context.Starting.Release();
        }

        Clock.EnterDay(Clock.Now);
    }

    /// <summary>Starts the scenario's own relay again, with other settings and the same store.</summary>
    /// <param name="changed">Gets by how much the relay's clock was ahead.</param>
    public async Task RestartOwnAsync(Func<TimeSpan, RelaySettings> changed)
    {
        var own = _own ?? throw new NotRunException(NoStart);
        await own.Relay.StopAsync(Shutdown.Orderly, _cancellationToken);
        var settings = changed(own.Relay.ClockOffset);
        _transcript.Note("harness", $"starts it again: {Describe(settings)}");
        own.Relay.Change(settings);
        await own.Relay.StartAsync(_cancellationToken);
        own.Target.Dispose();
        _own = new OwnRelay(own.Relay);
        Clock.EnterDay(Clock.Now);
    }

    public async ValueTask DisposeAsync()
    {
        if (_own is not { } own)
            return;
        own.Target.Dispose();
        await own.Relay.DisposeAsync();
    }

    private static string Describe(RelaySettings settings) =>
        settings.Values.Count == 0 ? "as the target is" : string.Join(", ", settings.Values.Select(pair => $"{pair.Key}={pair.Value}"));

    private sealed record OwnRelay(StartedRelay Relay)
    {
        public Target Target { get; } = Target.Create(Relay.Description);

        public TokenSource Tokens => field ??= new TokenSource(Target, TimeProvider.System);
    }
}
