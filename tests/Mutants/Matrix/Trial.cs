using System.Security.Cryptography;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;
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

    private static readonly SchemaCatalog Schemas = SchemaCatalog.Load(Suite.BuiltIn);

    public static SuitePlan Plan { get; } = SuitePlan.Load(Suite.BuiltIn, KnownProfiles.Default, features: null);

    /// <param name="onResult">Called as each scenario ends, from any thread.</param>
    public static async Task<IReadOnlyList<ScenarioResult>> RunAsync(
        Setup setup, Func<Scenario, bool> which, Action<ScenarioResult> onResult, CancellationToken cancellationToken)
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
                Features =
                [
                    .. TargetDescription.DefaultFeatures, "self-registration", "trusted-proxies", "metrics", "quota-report",
                    .. setup.Tls is null ? [] : new[] { "tls" },
                ],
            };
            using var target = Target.Create(description);
            using var context = new RunContext(target, Schemas, TimeProvider.System, Patience, Seed: 1)
            {
                Control = relay,
                Start = async (settings, token) => await SabotagedChild.LaunchAsync(setup, settings, token),
                // Each case that a mutant fails may take the whole patience, and the smallest case is not needed here.
                ShrinkingEffort = 0,
            };
            var scenarios = Plan.Select(TagExpression.Parse(""), target).Where(planned => which(planned.Scenario)).ToList();
            var suite = new SuiteRun(Plan, KnownProfiles.Default.Begin(context)) { Jobs = 8, Prepares = false, Watch = (_, run) => run(onResult) };
            return (await suite.RunAsync(scenarios, cancellationToken)).Results;
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
