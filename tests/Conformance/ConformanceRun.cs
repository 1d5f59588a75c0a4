using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Conformance;

/// <summary>
/// One run of all scenarios, concurrently, against the reference relay, or against <c>CORALMUX_RELAY_URL</c> (with
/// <c>CORALMUX_ADMIN_KEY</c>) or the target description in <c>CORALMUX_TARGET</c>.
/// </summary>
public sealed class ConformanceRun : IAsyncLifetime
{
    private Dictionary<string, ScenarioResult> _results = [];

    public static SuitePlan Plan { get; } = SuitePlan.Load(Suite.BuiltIn, KnownProfiles.Default, features: null);

    public Judgement Judgement { get; private set; } = null!;

    public ScenarioResult this[string scenario] => _results[scenario];

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var relay = await RelayUnderTest.OpenAsync(Description(), cancellationToken);
        using var context = new RunContext(relay.Target, SchemaCatalog.Load(Suite.BuiltIn), TimeProvider.System, SuiteRun.DefaultPatience, Seed: 1)
        {
            Control = relay.Control,
            Start = relay.Start,
        };
        var planned = Plan.Select(TagExpression.Parse(""), relay.Target);
        var outcome = await new SuiteRun(Plan, KnownProfiles.Default.Begin(context)).RunAsync(planned, cancellationToken);
        _results = outcome.Results.ToDictionary(result => result.Scenario.Id);
        Judgement = outcome.Judgement;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static TargetDescription Description()
    {
        var description = Environment.GetEnvironmentVariable("CORALMUX_TARGET") is { } file ? TargetDescription.Read(file) : new TargetDescription();
        var url = Environment.GetEnvironmentVariable("CORALMUX_RELAY_URL") ?? description.Url;
        return description with { Url = url, AdminKey = Environment.GetEnvironmentVariable("CORALMUX_ADMIN_KEY") ?? description.AdminKey };
    }
}
