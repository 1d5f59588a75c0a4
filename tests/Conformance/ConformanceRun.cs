using CoralMux.Harness;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Protocol;
using CoralMux.Harness.Steps;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Targets.Tokens;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Conformance;

/// <summary>
/// One run of all scenarios, concurrently, against the reference relay, or against <c>CORALMUX_RELAY_URL</c> (with
/// <c>CORALMUX_ADMIN_KEY</c>) or the target description in <c>CORALMUX_TARGET</c>.
/// </summary>
public sealed class ConformanceRun : IAsyncLifetime
{
    private const int Jobs = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private Dictionary<string, ScenarioResult> _results = [];

    public static SuitePlan Plan { get; } = SuitePlan.Load(Suite.BuiltIn, features: null);

    public Judgement Judgement { get; private set; } = null!;

    public ScenarioResult this[string scenario] => _results[scenario];

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var child = Description() is null ? await ChildRelay.LaunchAsync(cancellationToken) : null;
        using var target = Target.Create(Description() ?? child!.Description);
        var run = new RunContext(target, new TokenSource(target, TimeProvider.System), SchemaCatalog.Load(Suite.BuiltIn), TimeProvider.System, Patience, Seed: 1)
        {
            Control = child,
            Start = StartedRelay.Starter(child, target.Description),
        };
        await Preflight.CheckAsync(run, cancellationToken);
        var planned = Plan.Select(TagExpression.Parse(""), target);
        var results = await new ScenarioRunner(run, Jobs).RunAsync(planned, _ => { }, cancellationToken);
        _results = results.ToDictionary(result => result.Scenario.Id);
        Judgement = Judgement.Over(Plan.Register, results, Plan.Excluded, target.Claims, strict: false, interrupted: false);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static TargetDescription? Description()
    {
        var description = Environment.GetEnvironmentVariable("CORALMUX_TARGET") is { } file ? TargetDescription.Read(file) : new TargetDescription();
        var url = Environment.GetEnvironmentVariable("CORALMUX_RELAY_URL") ?? description.Url;
        return url is null ? null : description with { Url = url, AdminKey = Environment.GetEnvironmentVariable("CORALMUX_ADMIN_KEY") ?? description.AdminKey };
    }
}
