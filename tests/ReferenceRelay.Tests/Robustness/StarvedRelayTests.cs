using System.Net;
using System.Net.Sockets;
using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;
using CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;
using CoralMux.ReferenceRelay.Telemetry;
using CoralMux.ReferenceRelay.Tests.Support;
using CoralMux.ReferenceRelay.Transport;

namespace CoralMux.ReferenceRelay.Tests.Robustness;

/// <summary>A relay that does not get to run blames no client for the silence.</summary>
public sealed class StarvedRelayTests
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private static string[] Short => ["-ping-interval", "1s", "-idle-timeout", "5s"];

    [Fact]
    public async Task SilentClient_WhileTheRelayRuns_IsClosed()
    {
        var time = new ManualTime();
        await using var relay = await TestRelay.StartAsync(time, Short);
        var client = await relay.JoinAsync(await relay.NewTokenAsync(), "phone");

        time.Advance(Idle + Look);

        Assert.Equal(1001, await client.ReceiveCloseAsync());
    }

    [Fact]
    public async Task SilentClient_WhileTheRelayStoodStill_IsKept_AndIsClosedForSilenceAfterThat()
    {
        var time = new ManualTime();
        await using var relay = await TestRelay.StartAsync(time, Short);
        var (phone, agent) = await relay.PairAsync();

        time.StandStill(2 * Idle);
        time.Advance(Look);
        await phone.SendAsync(Envelopes.Of("chat.send"));
        await agent.ReceiveAsync();
        Assert.Equal(0, relay.Host.Core.Meters.Ended[CloseReason.Idle]);

        time.Advance(Idle + Look);
        Assert.Equal(1001, await agent.ReceiveCloseAsync());
    }

    [Fact]
    public async Task ClientThatSpoke_AndWasNotHeardYet_IsKept()
    {
        var time = new ManualTime();
        await using var relay = await TestRelay.StartAsync(time, Short);
        var core = relay.Host.Core;
        var wire = new UnheardWire { Bytes = 6 };
        var connection = new PairConnection(relay.Pairs, wire, IPAddress.Loopback);
        Assert.True(PairingToken.TryParse(await relay.NewTokenAsync(), out var token));
        Assert.NotNull(relay.Pairs.Sessions.Join(token, connection, Role.Phone));

        time.StandStill(Idle + Look);
        connection.Tick(core.Limits.Current);
        Assert.False(connection.IsEnding);

        wire.Bytes = 0;
        connection.Tick(core.Limits.Current);
        Assert.True(connection.IsEnding);
    }

    [Fact]
    public async Task Unread_OfASocket_IsWhatHasComeAndWasNotReceived()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!, TestContext.Current.CancellationToken);
        Wire wire = Wire.Of(await listener.AcceptAsync(TestContext.Current.CancellationToken), continueElsewhere: false);
        Assert.Equal(0, wire.Unread);

        await client.SendAsync(new byte[6], TestContext.Current.CancellationToken);
        await RaceTests.UntilAsync(() => wire.Unread == 6);
        Assert.Equal(6, await wire.ReceiveAsync(new byte[16]));
        Assert.Equal(0, wire.Unread);
        wire.Abort();
        Assert.Equal(0, wire.Unread);
    }

    private sealed class UnheardWire : Wire
    {
        public int Bytes { get; set; }

        public override int Unread => Bytes;

        public override async ValueTask WaitReadableAsync() => await Task.Yield();

        public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
        {
            await Task.Yield();
            return 0;
        }

        public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes) => new(bytes.Length);

        public override void ShutdownSend()
        {
        }

        public override void Abort()
        {
        }
    }
}
