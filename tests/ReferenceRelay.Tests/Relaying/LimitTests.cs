using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;
using CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;
using CoralMux.ReferenceRelay.Tests.Support;

namespace CoralMux.ReferenceRelay.Tests.Relaying;

public sealed class LimitTests
{
    [Theory]
    [InlineData("phone", 30, 2000)]
    [InlineData("agent", 120, 500)]
    public async Task Rate_BeyondTheBurst_SaysHowLongToWait(string role, int burst, int wait)
    {
        var time = new ManualTime();
        await using var relay = await TestRelay.StartAsync(time);
        var (phone, agent) = await relay.PairAsync();
        var (sender, receiver) = role == "phone" ? (phone, agent) : (agent, phone);
        for (var i = 0; i < burst; i++)
        {
            await sender.SendAsync(Envelopes.Of("chat.send"));
            await receiver.ReceiveAsync();
        }

        await sender.SyncAsync();
        await sender.SendAsync(Envelopes.Of("chat.send"));
        var error = await sender.ReceiveErrorAsync("RATE_LIMITED");
        Assert.Equal(wait, error.GetProperty("retry_after_ms").GetInt32());
        await sender.SendAsync("{");
        await sender.ReceiveErrorAsync("INVALID_MESSAGE");

        time.Advance(TimeSpan.FromMilliseconds(wait));
        await sender.SendAsync(Envelopes.Of("chat.send"));
        await receiver.ReceiveAsync();
        await sender.SendAsync(Envelopes.Of("chat.send"));
        await sender.ReceiveErrorAsync("RATE_LIMITED");
    }

    [Fact]
    public async Task Rate_AfterReconnecting_IsNotRefilled()
    {
        var time = new ManualTime();
        await using var relay = await TestRelay.StartAsync(time, "-rate-phone", "2");
        var token = await relay.NewTokenAsync();
        for (var i = 0; i < 3; i++)
        {
            await using var phone = await relay.JoinAsync(token, "phone");
            await phone.SendAsync(Envelopes.Of("chat.send"));
            await phone.ReceiveErrorAsync(i < 2 ? "PEER_OFFLINE" : "RATE_LIMITED");
            await phone.SendRawAsync(Frame.Of(Frame.Close, [0x03, 0xE8]));
            await phone.ReceiveCloseAsync();
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task DailyQuota_UsedUp_RefusesBothSidesUntilMidnightUtc()
    {
        var time = new ManualTime();
        var size = Envelopes.Of("chat.send").Length;
        await using var relay = await TestRelay.StartAsync(time, "-daily-quota", $"{2 * size}");
        var token = await relay.NewTokenAsync();
        var (phone, agent) = await relay.PairAsync(token);

        await phone.SendAsync(Envelopes.Of("chat.send"));
        await agent.ReceiveAsync();
        await agent.SendAsync(Envelopes.Of("chat.send"));
        await phone.ReceiveAsync();
        foreach (var client in new[] { phone, agent })
        {
            await client.SendAsync(Envelopes.Of("chat.send"));
            var error = await client.ReceiveErrorAsync("DAILY_QUOTA_EXCEEDED");
            Assert.Equal(12 * 3_600_000, error.GetProperty("retry_after_ms").GetInt64());
        }

        await using (var again = await relay.ConnectAsync())
        {
            var ok = (await again.AuthenticateAsync(token, "phone")).GetProperty("payload");
            Assert.Equal(2 * size, ok.GetProperty("daily_used_bytes").GetInt64());
        }

        await agent.AssertStatusAsync("online");
        await agent.AssertStatusAsync("offline");
        time.Advance(TimeSpan.FromHours(12));
        await using var tomorrow = await relay.JoinAsync(token, "phone");
        await using var newAgent = await relay.JoinAsync(token, "agent");
        await tomorrow.AssertStatusAsync("online");
        await tomorrow.SendAsync(Envelopes.Of("chat.send"));
        await newAgent.ReceiveAsync();
    }

    [Fact]
    public async Task MonthlyQuota_UsedUp_ComesAfterTheDaily()
    {
        var time = new ManualTime();
        var size = Envelopes.Of("chat.send").Length;
        await using var relay = await TestRelay.StartAsync(time, "-daily-quota", $"{size}", "-monthly-quota", $"{2 * size}", "-idle-timeout", "24h");
        var token = await relay.NewTokenAsync();
        for (var day = 0; day < 3; day++)
        {
            var (phone, agent) = await relay.PairAsync(token);
            await phone.SendAsync(Envelopes.Of("chat.send"));
            if (day < 2)
            {
                await agent.ReceiveAsync();
                await phone.SendAsync(Envelopes.Of("chat.send"));
                await phone.ReceiveErrorAsync("DAILY_QUOTA_EXCEEDED");
            }
            else
            {
                var error = await phone.ReceiveErrorAsync("MONTHLY_QUOTA_EXCEEDED");
                Assert.Equal(
                    (long)(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero) - time.GetUtcNow()).TotalMilliseconds,
                    error.GetProperty("retry_after_ms").GetInt64());
            }

            await phone.DisposeAsync();
            await agent.AssertStatusAsync("offline");
            await agent.DisposeAsync();
            while (relay.Host.Core.Connections.Open > 0)
                await Task.Yield();
            time.Advance(TimeSpan.FromDays(1));
        }
    }

    [Fact]
    public async Task Quota_MessageThatThePeerNoLongerTakes_IsNotCounted()
    {
        await using var relay = await TestRelay.StartAsync();
        var token = await relay.NewTokenAsync();
        var (phone, agent) = await relay.PairAsync(token);
        await phone.SendAsync(Envelopes.Of("chat.send"));
        await agent.ReceiveAsync();

        // As when the agent's connection breaks and the session does not know yet.
        Assert.Single(relay.Host.Core.Connections.All, c => c is PairConnection { Role: Role.Agent }).Outbox.Discard();
        await phone.SendAsync(Envelopes.Of("chat.send"));
        await phone.ReceiveErrorAsync("PEER_OFFLINE");
        await phone.SendAsync(Envelopes.OfSize(100_000));
        await phone.ReceiveErrorAsync("PEER_OFFLINE");

        await using var again = await relay.ConnectAsync();
        var ok = (await again.AuthenticateAsync(token, "phone")).GetProperty("payload");
        Assert.Equal(Envelopes.Of("chat.send").Length, ok.GetProperty("daily_used_bytes").GetInt64());
    }

    [Fact]
    public async Task Precedence_RateBeforeQuotaBeforePeer_AndRefusedOnesPayRate()
    {
        var time = new ManualTime();
        await using var relay = await TestRelay.StartAsync(time, "-rate-phone", "3", "-daily-quota", "1", "-max-message-size", "1000");
        var token = await relay.NewTokenAsync();
        var (phone, agent) = await relay.PairAsync(token);
        await phone.SendAsync(Envelopes.Of("chat.send"));
        await agent.ReceiveAsync();
        await agent.DisposeAsync();
        await phone.AssertStatusAsync("offline");

        foreach (var code in new[] { "DAILY_QUOTA_EXCEEDED", "DAILY_QUOTA_EXCEEDED", "RATE_LIMITED" })
        {
            await phone.SendAsync(Envelopes.Of("chat.send"));
            await phone.ReceiveErrorAsync(code);
        }

        await phone.SendAsync(Envelopes.Of("chat.done"));
        await phone.ReceiveErrorAsync("INVALID_MESSAGE");
        await phone.SendAsync(Envelopes.OfSize(1001));
        await phone.ReceiveErrorAsync("MESSAGE_TOO_LARGE");
    }

    [Fact]
    public async Task Reload_NewLimits_ReachLiveConnections()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "{}", TestContext.Current.CancellationToken);
        try
        {
            await using var relay = await TestRelay.StartAsync(new ManualTime(), "-config", file);
            var (phone, agent) = await relay.PairAsync();
            await File.WriteAllTextAsync(file, """{"rate-phone":1,"max-message-size":200}""", TestContext.Current.CancellationToken);
            relay.Host.Reload(Composition.Parse(["-config", file], _ => null));

            await phone.SendAsync(Envelopes.OfSize(201));
            await phone.ReceiveErrorAsync("MESSAGE_TOO_LARGE");
            await phone.SendAsync(Envelopes.Of("chat.send"));
            await agent.ReceiveAsync();
            await phone.SendAsync(Envelopes.Of("chat.send"));
            await phone.ReceiveErrorAsync("RATE_LIMITED");

            relay.Host.Reload(Composition.Parse(["-rate-phone", "none"], _ => null));
            Assert.Equal(1, Assert.IsType<PairLimits>(relay.Host.Core.Limits.Current).PhoneMessagesPerMinute);
            Assert.Contains(relay.Log.Lines, l => l.Event.Id == 106);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Silence_ForAMinute_IsDroppedAndThePeerTold()
    {
        var time = new ManualTime();
        await using var relay = await TestRelay.StartAsync(time);
        var (phone, agent) = await relay.PairAsync();
        for (var i = 0; i < 6; i++)
        {
            time.Advance(TimeSpan.FromSeconds(10.2));
            if (i < 5)
                await agent.SyncAsync();
        }

        await agent.AssertStatusAsync("offline");
        (var opcode, _) = await phone.ReceiveFrameAsync();
        Assert.Equal(Frame.Ping, opcode);
        Assert.Equal(1001, await phone.ReceiveCloseAsync());
    }

    [Fact]
    public async Task SlowUpload_OfOneByteNowAndThen_IsNotCutOff()
    {
        var time = new ManualTime();
        await using var relay = await TestRelay.StartAsync(time);
        var (phone, agent) = await relay.PairAsync();
        var frame = Frame.Of(Envelopes.Of("chat.send"));
        for (var at = 0; at < frame.Length; at += 20)
        {
            await phone.SendRawAsync(frame[at..Math.Min(at + 20, frame.Length)]);
            // The message is complete: it may reach the agent before a pong would.
            if (at + 20 >= frame.Length)
                break;
            // The relay has had the bytes once it has answered the agent a little later: both are on the same machine, but not on the same thread.
            await agent.SyncAsync();
            await Task.Delay(20, TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromSeconds(29));
        }

        Assert.Equal(Envelopes.Of("chat.send"), await agent.ReceiveTextAsync());
    }
}
