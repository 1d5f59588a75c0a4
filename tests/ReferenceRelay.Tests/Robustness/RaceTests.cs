using System.Net.Sockets;
using CoralMux.ReferenceRelay.Framing;
using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;
using CoralMux.ReferenceRelay.Telemetry;
using CoralMux.ReferenceRelay.Tests.Support;

namespace CoralMux.ReferenceRelay.Tests.Robustness;

public sealed class RaceTests
{
    /// <summary>Connecting, replacing and leaving at once on many tokens: afterwards everybody agrees who is there.</summary>
    [Fact]
    public async Task ConnectReplaceLeave_Racing_EndsInTheTruth()
    {
        const int workersPerToken = 4;
        int tokens = FullSize.Or(200, 40), cycles = FullSize.Or(1000, 100) / workersPerToken;
        await using var relay = await TestRelay.StartAsync("-rate-phone", "1000000", "-rate-agent", "1000000");
        var truth = new List<(string Token, TestClient? Phone, TestClient? Agent)>();
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = tokens, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForAsync(0, tokens, atOnce, async (number, _) =>
        {
            var token = await relay.NewTokenAsync();
            await Task.WhenAll(Enumerable.Range(0, workersPerToken).Select(worker => ChurnAsync(relay, token, new Random(number * 100 + worker), cycles)));
            var phone = number % 3 != 0 ? await relay.JoinAsync(token, "phone") : null;
            var agent = number % 2 != 0 ? await relay.JoinAsync(token, "agent") : null;
            lock (truth)
                truth.Add((token, phone, agent));
        });

        var expected = truth.Sum(t => (t.Phone is null ? 0 : 1) + (t.Agent is null ? 0 : 1));
        await UntilAsync(() => relay.Host.Core.Connections.Held == expected);
        foreach (var (token, phone, agent) in truth)
        {
            var shown = await relay.GetAsync("/api/v1/pair/" + token);
            Assert.Equal((phone is not null, agent is not null), (shown.GetProperty("phone").GetBoolean(), shown.GetProperty("agent").GetBoolean()));
            if (phone is null || agent is null)
                continue;
            await phone.SendAsync(Envelopes.Of("chat.send"));
            while (await agent.ReceiveTextAsync() != Envelopes.Of("chat.send")) { }
        }

        var health = await relay.GetAsync("/health");
        Assert.Equal(expected, health.GetProperty("connections").GetInt32());
        Assert.Equal(truth.Count(t => t.Phone is not null || t.Agent is not null), health.GetProperty("sessions").GetInt32());
        Assert.Equal(0, relay.Host.Core.Connections.Pending);
        Assert.True(relay.Host.Core.Meters.Opened >= (long)tokens * workersPerToken * cycles);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{tokens} tokens, {relay.Host.Core.Meters.Opened} connections, {relay.Host.Core.Meters.Ended[CloseReason.Replaced]} of them replaced, "
            + $"{relay.Host.Core.Meters.Messages} messages forwarded, {expected} left");
        Assert.DoesNotContain(relay.Log.Lines, l => l.Event.Id is 202 or 203);
    }

    private static async Task ChurnAsync(TestRelay relay, string token, Random random, int cycles)
    {
        for (var i = 0; i < cycles; i++)
        {
            await using var client = await TestClient.ConnectAsync(relay.Port);
            Assert.Equal("auth.ok", (await client.AuthenticateAsync(token, random.Next(2) == 0 ? "phone" : "agent")).GetProperty("type").GetString());
            try
            {
                if (random.Next(2) == 0)
                    await client.SendAsync(Envelopes.Of("chat.send"));
                if (random.Next(3) == 0)
                    client.Socket.LingerState = new LingerOption(true, 0);
                else if (random.Next(2) == 0)
                    await client.SendRawAsync(Frame.Of(Frame.Close, [0x03, 0xE8]));
            }
            catch (IOException)
            {
                // Replaced by another worker, which is the point.
            }
        }
    }

    /// <summary>The other side is told of each newcomer once, and of each end that leaves the role free.</summary>
    [Fact]
    public async Task Presence_UnderReplacement_TellsOfEachNewcomerOnce()
    {
        const int workers = 4, newcomersOfEach = 50;
        await using var relay = await TestRelay.StartAsync();
        var token = await relay.NewTokenAsync();
        await using var agent = await relay.JoinAsync(token, "agent");
        await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < newcomersOfEach; i++)
                await using (await relay.JoinAsync(token, "phone")) { }
        })));
        await UntilAsync(() => relay.Host.Core.Connections.Open == 1);
        await agent.SendAsync(Envelopes.Of("ping"));

        var (newcomers, isThere) = (0, false);
        while (true)
        {
            var message = await agent.ReceiveJsonAsync();
            if (message.GetProperty("type").GetString() == "pong")
                break;
            var isOnline = message.GetProperty("payload").GetProperty("peer").GetString() == "online";
            Assert.True(isOnline || isThere, "status offline about a peer that was not there");
            newcomers += isOnline ? 1 : 0;
            isThere = isOnline;
        }

        Assert.Equal((workers * newcomersOfEach, false), (newcomers, isThere));
    }

    [Fact]
    public async Task Delete_RacingWithConnects_LeavesNobodyInside()
    {
        await using var relay = await TestRelay.StartAsync();
        for (var round = 0; round < 20; round++)
        {
            var token = await relay.NewTokenAsync();
            Assert.True(PairingToken.TryParse(token, out var id));
            var clients = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
            {
                var client = await relay.ConnectAsync();
                await client.SendAsync(Envelopes.Auth(token, i % 2 == 0 ? "phone" : "agent"));
                return client;
            }).Append(Task.Run(async () =>
            {
                var path = new Uri("/api/v1/pair/" + token, UriKind.Relative);
                (await relay.Http.DeleteAsync(path, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
                return await relay.ConnectAsync();
            })));

            await clients[^1].SendAsync(Envelopes.Auth(token, "phone"));
            foreach (var client in clients)
                Assert.True(await client.ReceiveCloseAsync() is 1008 or 4409);
            await UntilAsync(() => relay.Host.Core.Connections.Open == 0);
            Assert.False(relay.Host.Core.Store.Contains(id));
            Assert.Equal((false, false), relay.Pairs.Sessions.Presence(id));
        }

        Assert.Equal(0, relay.Host.Core.Meters.Ended[CloseReason.InternalError]);
    }

    /// <summary>The time-out may end a connection while its auth is being accepted.</summary>
    [Fact]
    public async Task Join_ConnectionThatHasEnded_LeavesNobodyInside()
    {
        await using var relay = await TestRelay.StartAsync();
        Assert.True(PairingToken.TryParse(await relay.NewTokenAsync(), out var id));
        await using var client = await relay.ConnectAsync();
        var connection = await relay.OnlyConnectionAsync();

        connection.Close(CloseCode.PolicyViolation, "No auth in time.", CloseReason.AuthTimeout);
        relay.Pairs.Sessions.Join(id, connection, Role.Phone);
        relay.Host.Core.Connections.Authenticated(connection);

        Assert.Equal((false, false), relay.Pairs.Sessions.Presence(id));
        Assert.Equal(0, relay.Host.Core.Connections.Pending);
    }

    internal static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
            await Task.Delay(1, patience.Token);
    }
}
