using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;
using CoralMux.ReferenceRelay.Tests.Support;

namespace CoralMux.ReferenceRelay.Tests.Relaying;

public sealed class AuthenticationTests
{
    [Fact]
    public async Task Auth_GoodToken_IsToldQuotaAndPresence()
    {
        await using var relay = await TestRelay.StartAsync("-daily-quota", "12345", "-monthly-quota", "99999");
        var token = await relay.NewTokenAsync();
        await using var phone = await relay.ConnectAsync();
        await using var agent = await relay.ConnectAsync();

        var first = (await phone.AuthenticateAsync(token, "phone")).GetProperty("payload");
        var second = (await agent.AuthenticateAsync(token, "agent")).GetProperty("payload");

        Assert.False(first.GetProperty("paired").GetBoolean());
        Assert.True(second.GetProperty("paired").GetBoolean());
        Assert.Equal(12345, first.GetProperty("daily_quota_bytes").GetInt64());
        Assert.Equal(0, first.GetProperty("daily_used_bytes").GetInt64());
        await phone.AssertStatusAsync("online");
    }

    [Fact]
    public async Task Auth_BehindTheHandshake_IsNotLost()
    {
        await using var relay = await TestRelay.StartAsync();
        var token = await relay.NewTokenAsync();
        await using var phone = await TestClient.ConnectAsync(relay.Port, [.. Frame.Of(Envelopes.Auth(token, "phone")), .. Frame.Of(Envelopes.Of("ping"))]);

        Assert.Equal("auth.ok", (await phone.ReceiveJsonAsync()).GetProperty("type").GetString());
        Assert.Equal("pong", (await phone.ReceiveJsonAsync()).GetProperty("type").GetString());
    }

    public static TheoryData<string> WrongAuths =>
    [
        """{"token":"oc_pair_00000000000000000000000000000000","role":"phone"}""",
        """{"token":"TOKEN","role":"admin"}""",
        """{"token":"TOKEN","role":"Phone"}""",
        """{"token":"oc_pair_00000000000000000000000000000000","role":"admin"}""",
        """{"token":"TOKENx","role":"phone"}""",
        """{"token":"","role":"phone"}""",
        """{"token":7,"role":"phone"}""",
        """{"role":"phone"}""",
        """{"token":"TOKEN"}""",
        """{"token":"TOKEN","token":"TOKEN","role":"phone"}""",
        "{}",
    ];

    [Theory]
    [MemberData(nameof(WrongAuths))]
    public async Task Auth_Wrong_IsAnsweredAlikeAndClosed(string payload)
    {
        await using var relay = await TestRelay.StartAsync();
        var token = await relay.NewTokenAsync();
        await using var client = await relay.ConnectAsync();
        await client.SendAsync(Envelopes.Of("auth", payload.Replace("TOKEN", token, StringComparison.Ordinal)));

        var error = await client.ReceiveErrorAsync("UNAUTHORIZED", "auth.fail");

        Assert.Equal("Unknown token or role.", error.GetProperty("message").GetString());
        Assert.Equal(Envelopes.Id, error.GetProperty("ref").GetString());
        Assert.Equal(1008, await client.ReceiveCloseAsync());
    }

    public static TheoryData<string> GoodAuths =>
    [
        """{"\ud800":"\ud800","token":"TOKEN","role":"phone","":1e999}""",
        """{"Token":1,"\u0074oken":"TOKEN","role":"\u0070hone"}""",
        $$"""{"deep":{{new string('[', 1500)}}{{new string(']', 1500)}},"token":"TOKEN","role":"phone"}""",
    ];

    [Theory]
    [MemberData(nameof(GoodAuths))]
    public async Task Auth_GoodAmongUnknownMembers_IsAccepted(string payload)
    {
        await using var relay = await TestRelay.StartAsync();
        var token = await relay.NewTokenAsync();
        await using var client = await relay.ConnectAsync();

        await client.SendAsync(Envelopes.Of("auth", payload.Replace("TOKEN", token, StringComparison.Ordinal)));

        Assert.Equal("auth.ok", (await client.ReceiveJsonAsync()).GetProperty("type").GetString());
    }

    [Fact]
    public async Task Closed_ClientThatStays_IsReadForFiveSeconds()
    {
        var time = new ManualTime();
        await using var relay = await TestRelay.StartAsync(time);
        await using var client = await relay.ConnectAsync();
        var wire = (await relay.OnlyConnectionAsync()).Wire;
        await client.SendAsync("{");
        Assert.Equal(1008, await client.ReceiveCloseAsync());

        time.Advance(TimeSpan.FromSeconds(4.5));
        Assert.True(wire.Unconfirmed >= 0, "the socket is closed");
        await client.SendRawAsync(new byte[100_000]);
        time.Advance(TimeSpan.FromSeconds(1));
        await Robustness.RaceTests.UntilAsync(() => relay.Host.Core.Connections.Held == 0);
    }

    [Theory]
    [InlineData("chat.send", "UNAUTHORIZED", "auth.fail")]
    [InlineData("ping", "UNAUTHORIZED", "auth.fail")]
    [InlineData("status", "UNAUTHORIZED", "auth.fail")]
    public async Task First_AnythingElse_IsRefusedAndClosed(string type, string code, string answer)
    {
        await using var relay = await TestRelay.StartAsync();
        await using var client = await relay.ConnectAsync();
        await client.SendAsync(Envelopes.Of(type));

        await client.ReceiveErrorAsync(code, answer);
        Assert.Equal(1008, await client.ReceiveCloseAsync());
    }

    [Fact]
    public async Task First_Malformed_IsInvalidAndClosed()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var client = await relay.ConnectAsync();
        await client.SendAsync("{");

        await client.ReceiveErrorAsync("INVALID_MESSAGE");
        Assert.Equal(1008, await client.ReceiveCloseAsync());
    }

    [Fact]
    public async Task First_OverFourKib_IsTooLarge()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var client = await relay.ConnectAsync();
        await client.SendAsync(Envelopes.OfSize(4097));

        await client.ReceiveErrorAsync("MESSAGE_TOO_LARGE");
        Assert.Equal(1009, await client.ReceiveCloseAsync());
    }

    [Fact]
    public async Task Silence_PingsAndDribble_DoNotExtendTheTimeout()
    {
        var time = new ManualTime();
        await using var relay = await TestRelay.StartAsync(time, "-auth-timeout", "10s");
        await using var client = await relay.ConnectAsync();
        for (var second = 0; second < 9; second++)
        {
            // First the answer, then the clock: the relay's own count begins a moment after the client has its handshake.
            await client.SendRawAsync(Frame.Of(Frame.Ping, "x"u8));
            Assert.Equal(Frame.Pong, (await client.ReceiveFrameAsync()).Opcode);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await client.SendRawAsync([0x81]);
        time.Advance(TimeSpan.FromSeconds(1.5));

        var (opcode, payload) = await client.ReceiveFrameAsync();
        Assert.Equal((Frame.Close, 1008), (opcode, payload[0] << 8 | payload[1]));
        Assert.Equal(0, relay.Host.Core.Connections.Open);
        Assert.Equal(0, relay.Host.Core.Connections.Pending);
    }

    [Fact]
    public async Task Second_Auth_ChangesNothing()
    {
        await using var relay = await TestRelay.StartAsync();
        string token = await relay.NewTokenAsync(), other = await relay.NewTokenAsync();
        var (phone, agent) = await relay.PairAsync(token);

        await phone.SendAsync(Envelopes.Auth(other, "agent"));
        await phone.ReceiveErrorAsync("INVALID_MESSAGE");
        await phone.SendAsync(Envelopes.Of("chat.send"));

        Assert.Equal(Envelopes.Of("chat.send"), await agent.ReceiveTextAsync());
        Assert.Equal(0, relay.Host.Core.Connections.Pending);
    }

    [Fact]
    public async Task Guesses_AnsweredLate_WhenTheRelayStops_AreAnsweredAtOnce()
    {
        var time = new ManualTime();
        await using var relay = await TestRelay.StartAsync(time, "-auth-failures", "20", "-drain-timeout", "600s");
        var before = relay.Pairs.Refusals[ErrorCode.Unauthorized];
        for (var i = 0; i < 20; i++)
        {
            await using var guess = await relay.ConnectAsync();
            await guess.AuthenticateAsync("oc_pair_" + new string('0', 32), "phone");
            Assert.Equal(1008, await guess.ReceiveCloseAsync());
        }

        await using var late = await relay.ConnectAsync();
        await late.SendAsync(Envelopes.Auth("oc_pair_" + new string('0', 32), "phone"));
        while (relay.Pairs.Refusals[ErrorCode.Unauthorized] < before + 21)
            await Task.Yield();
        var stopping = relay.Host.StopAsync();

        await late.ReceiveErrorAsync("UNAUTHORIZED", "auth.fail");
        Assert.Equal(1001, await late.ReceiveCloseAsync());
        await late.DisposeAsync();
        await stopping.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Guesses_BeyondTheLimit_AreAnsweredLate_AndHonestOnesAreNot()
    {
        var time = new ManualTime();
        await using var relay = await TestRelay.StartAsync(time, "-auth-failures", "20");
        var token = await relay.NewTokenAsync();
        for (var i = 0; i < 5; i++)
        {
            // These try no token, and are no guesses.
            await using var other = await relay.ConnectAsync();
            await other.SendAsync(i % 2 == 0 ? "{" : Envelopes.Of("ping"));
            Assert.Equal(1008, await other.ReceiveCloseAsync());
        }

        var before = relay.Pairs.Refusals[ErrorCode.Unauthorized];
        for (var i = 0; i < 20; i++)
        {
            await using var guess = await relay.ConnectAsync();
            await guess.AuthenticateAsync("oc_pair_" + new string('0', 32), "phone");
            Assert.Equal(1008, await guess.ReceiveCloseAsync());
        }

        await using var late = await relay.ConnectAsync();
        await late.SendAsync(Envelopes.Auth("oc_pair_" + new string('0', 32), "phone"));
        while (relay.Pairs.Refusals[ErrorCode.Unauthorized] < before + 21)
            await Task.Yield();
        await using var honest = await relay.JoinAsync(token, "phone");
        while (relay.Host.Core.Connections.Open > 1)
        {
            Assert.False(late.Socket.Poll(0, System.Net.Sockets.SelectMode.SelectRead) && relay.Host.Core.Connections.Open > 1);
            time.Advance(TimeSpan.FromMilliseconds(300));
            await Task.Yield();
        }

        await late.ReceiveErrorAsync("UNAUTHORIZED", "auth.fail");
        Assert.Equal(1008, await late.ReceiveCloseAsync());
    }

    [Fact]
    public async Task Connections_BeyondTheLimits_AreTurnedAway()
    {
        await using var relay = await TestRelay.StartAsync("-max-connections", "3", "-max-pending-auth", "1");
        var token = await relay.NewTokenAsync();
        await using var phone = await relay.JoinAsync(token, "phone");
        var pending = await relay.ConnectAsync();

        await using (var refused = await relay.ConnectAsync())
            Assert.StartsWith("HTTP/1.1 503", refused.Handshake, StringComparison.Ordinal);

        Assert.Equal("auth.ok", (await pending.AuthenticateAsync(token, "agent")).GetProperty("type").GetString());
        await using var third = await relay.ConnectAsync();
        await using var fourth = await relay.ConnectAsync();
        Assert.StartsWith("HTTP/1.1 101", third.Handshake, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 503", fourth.Handshake, StringComparison.Ordinal);
    }
}
