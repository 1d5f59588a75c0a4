using System.Security.Cryptography;
using CoralMux.Harness;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Protocol;
using CoralMux.Harness.Steps;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Targets.Tokens;
using CoralMux.Harness.Verdicts;
using CoralMux.Mutants.Catalog;
using CoralMux.Mutants.Relay;
using CoralMux.Mutants.Sabotage;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;

namespace CoralMux.Mutants.Matrix;

/// <summary>The suite, or a part of it, against a mutant or a variant, all in this process.</summary>
internal static class Trial
{
    /// <summary>How long a scenario waits for what must come: most mutants are known by what never comes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly SchemaCatalog s_schemas = SchemaCatalog.Load(Suite.BuiltIn.Schemas);

    public static SuitePlan Plan { get; } = SuitePlan.Load(Suite.BuiltIn, features: null);

    /// <param name="onResult">Called as each scenario ends, from any thread.</param>
    public static async Task<IReadOnlyList<ScenarioResult>> RunAsync(Setup setup, Func<Scenario, bool> which, Action<ScenarioResult> onResult, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("coralmux-mutant-").FullName;
        try
        {
            var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            var honest = OptionsOf(setup.Limits, key, Path.Combine(directory, "relay.db"));
            await using var relay = new HostedRelay(setup.Options?.Invoke(honest) ?? honest, setup.Time);
            await relay.StartAsync(cancellationToken);
            await using var saboteur = new Saboteur { Relay = () => relay.Address, AdminKey = key, MaxMessageBytes = setup.Limits.MaxMessageBytes };
            setup.Orders?.Invoke(saboteur);
            setup.Restarts?.Invoke(relay, saboteur);
            var description = new TargetDescription
            {
                Url = $"ws://127.0.0.1:{saboteur.Port}/ws",
                AdminKey = key,
                Limits = setup.Limits,
                Features = [.. TargetDescription.DefaultFeatures, "self-registration", "metrics", "quota-report", .. setup.Tls is null ? [] : new[] { "tls" }],
            };
            using var target = Target.Create(description);
            var run = new RunContext(target, new TokenSource(target, TimeProvider.System), s_schemas, TimeProvider.System, Patience, Seed: 1)
            {
                Control = relay,
                Start = async (settings, token) => await SabotagedChild.LaunchAsync(setup, settings, token),
                // Every case that a mutant fails may cost the whole patience: nobody reads how small it gets.
                ShrinkingEffort = 0,
            };
            using var stalls = run.Stalls;
            var scenarios = Plan.Select(TagExpression.Parse(""), target).Where(planned => which(planned.Scenario)).ToList();
            return await new ScenarioRunner(run, jobs: 8).RunAsync(scenarios, onResult, cancellationToken);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static RelayOptions OptionsOf(TargetLimits limits, string key, string database) => new()
    {
        Address = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0),
        AdminKey = key,
        Database = database,
        DrainTimeout = TimeSpan.FromMilliseconds(limits.DrainTimeoutMs),
        Limits = new PairLimits
        {
            PhoneMessagesPerMinute = limits.RatePhonePerMinute,
            AgentMessagesPerMinute = limits.RateAgentPerMinute,
            MaxMessageSize = limits.MaxMessageBytes,
            DailyQuota = limits.DailyQuotaBytes,
            MonthlyQuota = limits.MonthlyQuotaBytes,
            AuthTimeout = TimeSpan.FromMilliseconds(limits.AuthTimeoutMs),
            PingInterval = TimeSpan.FromMilliseconds(limits.PingIntervalMs),
            IdleTimeout = TimeSpan.FromMilliseconds(limits.IdleTimeoutMs),
            RegistrationsPerHour = limits.RegistrationPerHour,
        },
    };
}
