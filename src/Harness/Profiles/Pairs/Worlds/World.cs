using System.Security.Cryptography;
using System.Text;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Tokens;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>One scenario's world: what identifies the scenario, what it calls "it", and the parts that do the rest.</summary>
public sealed class World : IWorld
{
    private readonly CancellationToken _cancellationToken;

    /// <param name="tokens">Where the run's scenarios get their tokens.</param>
    /// <param name="scenario">Its id: the random numbers follow from it and the run's seed.</param>
    public World(RunContext context, TokenSource tokens, string scenario, CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
        Context = context;
        Random = new Random(context.Seed ^ BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(scenario))));
        Transcript = new Transcript(context.Time);
        Envelopes = new EnvelopeFactory(context.Time, Random);
        Relays = new Relays(context, Transcript, cancellationToken);
        Purse = new Purse(this, tokens);
        Cast = new Cast(this);
        Traffic = new Traffic(this);
        Watches = new Watches(this);
    }

    public RunContext Context { get; }

    public Relays Relays { get; }

    public Purse Purse { get; }

    public Cast Cast { get; }

    public Traffic Traffic { get; }

    public Watches Watches { get; }

    /// <summary>The relay that the scenario speaks of: the one under test, or one of its kind that was started for the scenario.</summary>
    public Target Target => Relays.Target;

    public RelayClock Clock => Relays.Clock;

    public TimeProvider Time => Context.Time;

    public SchemaCatalog Schemas => Context.Schemas;

    /// <summary>Seeded by the run and the scenario: the same whatever else runs at the same time.</summary>
    public Random Random { get; }

    /// <summary>A word that is nowhere else, to see where a payload appears.</summary>
    public string Canary => field ??= $"canary-{Random.NextInt64():x16}";

    public EnvelopeFactory Envelopes { get; }

    public Transcript Transcript { get; }

    public ViolationLog Violations { get; } = new();

    /// <summary>The run's patience, from now on.</summary>
    public Deadline Deadline => new(Context.Patience, _cancellationToken);

    public CancellationToken CancellationToken => _cancellationToken;

    /// <summary>The envelope or text that was sent last: what a scenario calls "it".</summary>
    public SentMessage? LastSent { get; set; }

    /// <summary>The relay's answer over HTTP that came last.</summary>
    public HttpExchange? LastAnswer { get; set; }

    /// <summary>The error that came last.</summary>
    public ReceivedMessage? LastError { get; set; }

    /// <inheritdoc/>
    public bool CrossedMidnight => Clock.CrossedMidnight;

    /// <inheritdoc/>
    public IEnumerable<Party> Parties => Cast.Members.Select(member => member.Name).Distinct()
        .Select(name => new Party(name.Name, name.Role == Role.Agent ? Side.Right : Side.Left, name.Group == Group.Innocent));

    /// <inheritdoc/>
    public void Inspect() => Watches.Inspect();

    // The peers first: a token goes back when nobody is left on it.
    public async ValueTask DisposeAsync()
    {
        await Cast.DisposeAsync();
        await Purse.DisposeAsync();
        await Relays.DisposeAsync();
    }
}
