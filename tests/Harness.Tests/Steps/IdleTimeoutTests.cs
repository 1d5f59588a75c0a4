using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs;
using CoralMux.Harness.Profiles.Pairs.Steps;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Tests.Targets;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Tests.Steps;

/// <summary>Whether a connection was closed too early is judged from before the last thing that the relay heard.</summary>
public sealed class IdleTimeoutTests
{
    private const string Pong = """{"v":1,"type":"pong","id":"7f0e5c1e-6c1b-4c3e-9f0a-2b8a4a1d9c10","ts":1767225600000,"payload":{}}""";

    [Fact]
    public async Task StaysSilent_RelayInTimeWhoseLastAnswerCameLate_IsNotBlamed() =>
        await JudgeAsync(claimedMs: 2_000, answersAfterMs: 1_000, closesAfterMs: 2_000);

    [Fact]
    public async Task StaysSilent_RelayThatClosesAtOnce_IsBlamed()
    {
        var unmet = await Assert.ThrowsAsync<ExpectationException>(() => JudgeAsync(claimedMs: 60_000, answersAfterMs: 0, closesAfterMs: 0));
        Assert.Contains("was closed after", unmet.Finding.Actual.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Both times of the relay are counted from the moment in which it hears the ping.</summary>
    private static async Task JudgeAsync(int claimedMs, int answersAfterMs, int closesAfterMs)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = new UselessTarget(async (stream, token) =>
        {
            using var frames = (await UselessTarget.ShakeHandsAsync(stream, token))!;
            await frames.ReadAsync(token);
            await Task.Delay(answersAfterMs, token);
            await UselessTarget.SendAsync(stream, Opcode.Text, Encoding.UTF8.GetBytes(Pong), token);
            await Task.Delay(closesAfterMs - answersAfterMs, token);
        });
        using var target = Target.Create(new TargetDescription { Url = server.Url, Tokens = ["t"], Limits = new TargetLimits { IdleTimeoutMs = claimedMs } });
        using var context = new RunContext(target, SchemaCatalog.Load(Suite.BuiltIn), TimeProvider.System, TimeSpan.FromSeconds(30), Seed: 1);
        await using var world = new PairsRun(context).CreateWorld("test", cancellationToken);
        await world.Cast.OpenAsync(PeerName.Phone);

        await new AuthTimeoutSteps(world).Idles(PeerName.Phone, AuthTimeoutSteps.Idling.StaysSilent, AuthTimeoutSteps.Timeout.Idle);
    }
}
