using System.Text;
using CoralMux.ReferenceRelay.Telemetry;
using CoralMux.ReferenceRelay.Tests.Support;

namespace CoralMux.ReferenceRelay.Tests.Robustness;

public sealed class SlowReaderTests
{
    /// <summary>The default, and a look of the housekeeper.</summary>
    private static readonly TimeSpan StallTime = TimeSpan.FromSeconds(9);

    private static string[] Unlimited =>
    [
        "-rate-phone", "1000000", "-rate-agent", "1000000", "-daily-quota", "100000000000", "-monthly-quota", "100000000000", "-queue-bytes", "65536",
    ];

    /// <summary>Sends until the relay takes no more for a while; says how many bytes went.</summary>
    private static async Task<long> FillAsync(TestClient sender, byte[] frame)
    {
        long sent = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        try
        {
            while (true)
            {
                stop.CancelAfter(TimeSpan.FromSeconds(1));
                sent += await sender.Socket.SendAsync(frame.AsMemory((int)(sent % frame.Length)), stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return sent;
        }
    }

    [Fact]
    public async Task FrozenPeer_SlowsItsSenderAndNobodyElse_AndLosesNothing()
    {
        await using var relay = await TestRelay.StartAsync(Unlimited);
        var (phone, frozen) = await relay.PairAsync();
        var (otherPhone, otherAgent) = await relay.PairAsync();
        var frame = Frame.Of(Frame.Text, Envelopes.OfSize(10_000));

        var sent = await FillAsync(phone, frame);

        Assert.True(sent > frame.Length);
        Assert.InRange(relay.Host.Core.Memory.Held, 0, 1_000_000);
        for (var i = 0; i < 1000; i++)
        {
            await otherPhone.SendAsync(Envelopes.Of("chat.send"));
            Assert.Equal(Envelopes.Of("chat.send"), await otherAgent.ReceiveTextAsync());
        }

        // The frozen one thaws: everything that was sent whole arrives, in order and once.
        var whole = sent / frame.Length;
        for (long i = 0; i < whole; i++)
            Assert.Equal(10_000, (await frozen.ReceiveAsync()).Length);
    }

    [Fact]
    public async Task FrozenPeer_ForTheStallTime_IsClosed_AndTheSenderToldAndReleasedAtOnce()
    {
        var time = new ManualTime();
        await using var relay = await TestRelay.StartAsync(time, Unlimited);
        var (phone, frozen) = await relay.PairAsync();
        await FillAsync(phone, Frame.Of(Frame.Text, Envelopes.OfSize(10_000)));

        time.Advance(StallTime);
        await phone.AssertStatusAsync("offline");
        // The message that waited, while the frozen one still has its moment to go.
        await phone.ReceiveErrorAsync("PEER_OFFLINE");
        Assert.Equal(1, relay.Host.Core.Meters.Ended[CloseReason.Stalled]);

        time.Advance(TimeSpan.FromSeconds(6));
        Assert.False(await StillOpenAsync(frozen));
    }

    [Fact]
    public async Task FrozenPeer_WhoThawsAfterTheStallTime_IsToldToTryAgainLater()
    {
        var time = new ManualTime();
        await using var relay = await TestRelay.StartAsync(time, Unlimited);
        var (phone, frozen) = await relay.PairAsync();
        await FillAsync(phone, Frame.Of(Frame.Text, Envelopes.OfSize(10_000)));

        time.Advance(StallTime);

        Assert.Equal(1013, await frozen.ReceiveCloseAsync());
        await phone.AssertStatusAsync("offline");
    }

    [Fact]
    public async Task FrozenPeer_WhoIsReplaced_ReleasesItsSenderAtOnce_AndTheNewcomerGetsWhatWaited()
    {
        await using var relay = await TestRelay.StartAsync(new ManualTime(), Unlimited);
        var token = await relay.NewTokenAsync();
        (var phone, _) = await relay.PairAsync(token);
        await FillAsync(phone, Frame.Of(Frame.Text, Envelopes.OfSize(10_000)));

        var newcomer = await relay.JoinAsync(token, "agent");

        await phone.AssertStatusAsync("online");
        Assert.Equal(10_000, (await newcomer.ReceiveAsync()).Length);
    }

    [Fact]
    public async Task FrozenPeer_HasRoomForOneLargestMessage_AndForTheStatusBehindIt()
    {
        await using var relay = await TestRelay.StartAsync("-queue-bytes", "1024");
        var token = await relay.NewTokenAsync();
        var (phone, frozen) = await relay.PairAsync(token);

        await phone.SendAsync(Envelopes.OfSize(5_242_880));
        await RaceTests.UntilAsync(() => relay.Host.Core.Meters.Messages == 1);
        await relay.JoinAsync(token, "phone");

        Assert.Equal(5_242_880, (await frozen.ReceiveAsync()).Length);
        await frozen.AssertStatusAsync("online");
    }

    private static async Task<bool> StillOpenAsync(TestClient client)
    {
        try
        {
            while (true)
                await client.ReceiveFrameAsync();
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }

    [Fact]
    public async Task OwnAnswersUnread_StopTheReadingOfThatConnectionOnly()
    {
        await using var relay = await TestRelay.StartAsync(Unlimited);
        (var rude, _) = await relay.PairAsync();
        var (phone, agent) = await relay.PairAsync();

        await FillAsync(rude, Frame.Of(Envelopes.Of("ping")));

        Assert.InRange(relay.Host.Core.Memory.Held, 0, 1_000_000);
        await phone.SendAsync(Envelopes.Of("chat.send"));
        await agent.ReceiveAsync();
    }

    [Fact]
    public async Task SlowReader_WhoKeepsMoving_IsNeverCutOff()
    {
        var time = new ManualTime();
        await using var relay = await TestRelay.StartAsync(time, Unlimited);
        var (phone, agent) = await relay.PairAsync();
        agent.Socket.ReceiveBufferSize = 64 * 1024;
        var large = Envelopes.OfSize(5_000_000);
        var sending = phone.SendAsync(large);
        var received = new byte[64 * 1024];
        long total = 0;
        await sending;
        for (var step = 0; total < large.Length; step++)
        {
            var count = await agent.Socket.ReceiveAsync(received, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, count);
            total += count;
            if (step % 8 == 7)
            {
                // The reader takes a little in every three seconds; the sender says that it is there.
                await phone.SendRawAsync(Frame.Of(Frame.Ping, ""u8));
                await Task.Delay(5, TestContext.Current.CancellationToken);
                time.Advance(TimeSpan.FromSeconds(3));
            }
        }

        Assert.Equal(2, relay.Host.Core.Connections.Open);
    }

    [Fact]
    public async Task Drain_WithMessagesStillQueued_DeliversThemAllBefore1001()
    {
        var relay = await TestRelay.StartAsync(Unlimited);
        try
        {
            var (phone, agent) = await relay.PairAsync();
            // As much as the sockets hold on the way, so that some of it is queued in the relay when it is told to stop.
            var count = 300;
            for (var i = 0; i < count; i++)
            {
                var text = Encoding.UTF8.GetBytes(Envelopes.Of("chat.send", $$"""{"n":{{i}},"text":"{{new string('x', 2000)}}"}"""));
                await phone.SendAsync(text);
            }

            await phone.SyncAsync();
            var stopping = relay.Host.StopAsync();
            for (var i = 0; i < count; i++)
                Assert.Equal(i, (await agent.ReceiveJsonAsync()).GetProperty("payload").GetProperty("n").GetInt32());
            Assert.Equal(1001, await agent.ReceiveCloseAsync());
            Assert.Equal(1001, await phone.ReceiveCloseAsync());
            await agent.DisposeAsync();
            await phone.DisposeAsync();
            await stopping;
        }
        finally
        {
            await relay.DisposeAsync();
        }
    }
}
