using System.Diagnostics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Protocol;
using CoralMux.Harness.Steps;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Targets.Tokens;
using CoralMux.Harness.Tests.Commands;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Tests.Targets;

/// <summary>The null-relay floor: what is no relay passes nothing, and the user is told what it is instead.</summary>
public sealed class UselessTargetTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    public static TheoryData<string, string> Told => new()
    {
        { "nobody", "cannot be reached" },
        { "closes", "closed without an answer to the handshake" },
        { "mute", "no answer to the handshake" },
        { "echo", "our own message" },
        { "same error", "chat.error INVALID_MESSAGE" },
    };

    [Theory]
    [MemberData(nameof(Told))]
    public async Task Verify_AgainstAUselessTarget_ExitsThreeAndSaysWhatItIs(string kind, string said)
    {
        await using var target = Create(kind);
        var started = Stopwatch.GetTimestamp();
        var (exitCode, _, error) = await Cli.RunAsync("verify", target?.Url ?? UselessTarget.NobodyThere(), "--admin-key", "k");
        Assert.Equal(3, exitCode);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(started) < Bound);
    }

    /// <summary>The floor does not rest on the check before the run: without it, too, no scenario is fooled.</summary>
    [Theory]
    [InlineData("nobody")]
    [InlineData("closes")]
    [InlineData("mute")]
    [InlineData("echo")]
    [InlineData("same error")]
    public async Task Scenarios_AgainstAUselessTarget_PassNoRequirement(string kind)
    {
        await using var server = Create(kind);
        using var target = Target.Create(new TargetDescription
        {
            Url = server?.Url ?? UselessTarget.NobodyThere(),
            AdminKey = "k",
            Tokens = [.. Enumerable.Range(0, 200).Select(i => $"oc_pair_{i:x32}")],
            Features = ["admin-api", "self-registration", "metrics", "quota-report", "tls"],
        });
        var plan = SuitePlan.Load(Suite.BuiltIn, features: null);
        var run = new RunContext(target, new TokenSource(target, TimeProvider.System), SchemaCatalog.Load(Suite.BuiltIn.Schemas), TimeProvider.System, TimeSpan.FromSeconds(1), Seed: 1);
        var results = await new ScenarioRunner(run, jobs: 64).RunAsync(plan.Select(TagExpression.Parse(""), target), _ => { }, TestContext.Current.CancellationToken);

        var judgement = Judgement.Over(plan.Register, results, plan.Excluded, target.Claims, strict: false, interrupted: false);
        Assert.Equal(plan.Scenarios.Count(), results.Count);
        Assert.DoesNotContain(results, result => result.IsHarnessFault);
        Assert.DoesNotContain(judgement.Requirements, result => result.Verdict is Verdict.Pass or Verdict.Warn);
        Assert.NotEqual(Harness.Commands.ExitCode.Conformant, judgement.ExitCode);
    }

    private static UselessTarget? Create(string kind) => kind switch
    {
        "nobody" => null,
        "closes" => new UselessTarget(UselessTarget.CloseAtOnce),
        "mute" => new UselessTarget(UselessTarget.StayMute),
        "echo" => new UselessTarget(UselessTarget.Echo),
        _ => new UselessTarget(UselessTarget.AnswerWithTheSameError),
    };
}
