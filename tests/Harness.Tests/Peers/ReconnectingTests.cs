using CoralMux.Harness.Basics;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Peers;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Tests.Targets;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Tests.Peers;

/// <summary>Deployed and conforming peers work together through the reference relay, however often either of them comes back.</summary>
public sealed class ReconnectingTests
{
    private const int Times = 20;
    private const int PlentyPerMinute = 100_000;

    [Theory]
    [InlineData("deployed agent", "deployed phone")]
    [InlineData("deployed agent", "conforming phone")]
    [InlineData("conforming agent", "deployed phone")]
    [InlineData("conforming agent", "conforming phone")]
    public async Task Pair_WhoseSidesReconnectAndAreReplaced20Times_ReadsEveryAnswer(string agent, string phone)
    {
        await using var relay = await ReferenceRelay.StartAsync("-rate-phone", $"{PlentyPerMinute}", "-rate-agent", $"{PlentyPerMinute}");
        using var target = Target.Create(new TargetDescription { Url = relay.Url, AdminKey = ReferenceRelay.AdminKey });
        using var context = new RunContext(target, SchemaCatalog.Load(Suite.BuiltIn), TimeProvider.System, TimeSpan.FromSeconds(10), Seed: 1);
        await using var world = new PairsRun(context).CreateWorld("test", TestContext.Current.CancellationToken);
        var pair = new PlayedPair(world, (ConformingPhone)KeyExchangeTests.Create(phone), (ConformingAgent)KeyExchangeTests.Create(agent));
        await pair.MeetAsync();
        await AskAndReadAsync(pair);

        foreach (var (role, closesFirst) in new[] { (Role.Phone, true), (Role.Phone, false), (Role.Agent, true), (Role.Agent, false) })
        {
            for (var i = 0; i < Times; i++)
            {
                await pair.ReturnAsync(role, closesFirst);
                // It sends no key then: the phone has to come back too (KEX-28).
                if (role == Role.Agent && pair.Agent is DeployedAgent)
                    await pair.ReturnAsync(Role.Phone, closesFirst);
                await AskAndReadAsync(pair);
            }
        }

        await BeReplacedInTheMiddleAsync(pair);
        Assert.Empty(pair.InTheClear);
        Assert.DoesNotContain(world.Transcript.Entries, IsChatTextInTheClear);
        Assert.Empty(pair.Phone.Record.Unreadable);
        Assert.Empty(pair.Agent.Record.Unreadable);
        Assert.Equal((5 * Times) + 1, pair.Phone.Answers.Count);
        world.Inspect();
        Assert.Empty(world.Violations.All);
    }

    private static async Task AskAndReadAsync(PlayedPair pair)
    {
        await pair.AskAsync();
        await pair.ReadAsync();
    }

    // What went over the wire, whatever the programs say of themselves.
    private static bool IsChatTextInTheClear(TranscriptEntry entry)
    {
        var message = new ReceivedMessage(entry.Bytes, entry.Kind == "text", entry.At);
        return message.Type is "chat.send" or "chat.stream" or "chat.done" && message.Payload("enc") is null;
    }

    private static async Task BeReplacedInTheMiddleAsync(PlayedPair pair)
    {
        for (var i = 0; i < Times; i++)
        {
            await pair.AskAndStopAsync();
            await pair.ReturnAsync(Role.Phone, closesFirst: false);
            await pair.ResumeAsync();
            await pair.ReadAsync();
        }
    }
}
