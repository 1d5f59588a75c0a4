using System.Net;
using System.Net.Sockets;
using CoralMux.ReferenceRelay.Tests.Support;

namespace CoralMux.ReferenceRelay.Tests.Http;

public sealed class PairingApiTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task<(HttpStatusCode Status, string Body, HttpResponseMessage Response)> SendAsync(
        TestRelay relay, HttpMethod method, string path, string? key = null, string? forwardedFor = null)
    {
        using var http = new HttpClient { BaseAddress = relay.Host.Address };
        using var request = new HttpRequestMessage(method, path);
        if (key is not null)
            request.Headers.Add("X-Admin-Key", key);
        if (forwardedFor is not null)
            request.Headers.Add("X-Forwarded-For", forwardedFor);
        var response = await http.SendAsync(request, Stop);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Stop), response);
    }

    [Fact]
    public async Task Pair_WithKey_MakesATokenOfTheRightForm()
    {
        await using var relay = await TestRelay.StartAsync();

        Assert.Matches("^oc_pair_[0-9a-f]{32}$", await relay.NewTokenAsync());
        Assert.NotEqual(await relay.NewTokenAsync(), await relay.NewTokenAsync());
    }

    [Fact]
    public async Task Pair_WithoutTheRightKey_IsRefused()
    {
        await using var relay = await TestRelay.StartAsync();

        foreach (var key in new[] { null, "", "wrong", TestRelay.AdminKey + "x", TestRelay.AdminKey[..^1] })
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(relay, HttpMethod.Post, "/api/v1/pair", key)).Status);
        Assert.Equal(0, relay.Host.Core.Store.Count);
    }

    [Fact]
    public async Task Pair_NoKeyConfigured_IsClosedAndTheLogSaysHowToOpenIt()
    {
        await using var relay = await TestRelay.StartAsync("-no-key");

        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(relay, HttpMethod.Post, "/api/v1/pair")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(relay, HttpMethod.Post, "/api/v1/pair", "")).Status);
        Assert.Contains(
            relay.Log.Lines, l => l.Text.Contains("-admin-key", StringComparison.Ordinal) && l.Text.Contains("-open-admin", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pair_OpenOnPurpose_NeedsNoKey()
    {
        await using var relay = await TestRelay.StartAsync("-no-key", "-open-admin");

        Assert.Equal(HttpStatusCode.Created, (await SendAsync(relay, HttpMethod.Post, "/api/v1/pair")).Status);
    }

    [Fact]
    public async Task Paths_WrongMethodOrUnknown_AreToldApart()
    {
        await using var relay = await TestRelay.StartAsync();

        foreach (var method in new[] { "GET", "PUT", "DELETE", "PATCH" })
        {
            var (status, _, response) = await SendAsync(relay, new HttpMethod(method), "/api/v1/pair", TestRelay.AdminKey);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, status);
            Assert.Equal("POST", string.Join(", ", response.Content.Headers.Allow));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(relay, HttpMethod.Get, "/api/v1/pairs")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(relay, HttpMethod.Get, "/api/v1/pair/a/b")).Status);
        Assert.Equal(HttpStatusCode.UpgradeRequired, (await SendAsync(relay, HttpMethod.Get, "/ws")).Status);
    }

    [Fact]
    public async Task Show_FollowsWhoIsThere()
    {
        await using var relay = await TestRelay.StartAsync();
        var token = await relay.NewTokenAsync();
        async Task<(bool, bool)> ShowAsync()
        {
            var shown = await relay.GetAsync("/api/v1/pair/" + token);
            return (shown.GetProperty("phone").GetBoolean(), shown.GetProperty("agent").GetBoolean());
        }

        Assert.Equal((false, false), await ShowAsync());
        var phone = await relay.JoinAsync(token, "phone");
        Assert.Equal((true, false), await ShowAsync());
        await using var agent = await relay.JoinAsync(token, "agent");
        Assert.Equal((true, true), await ShowAsync());
        await phone.DisposeAsync();
        await agent.AssertStatusAsync("offline");
        Assert.Equal((false, true), await ShowAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(relay, HttpMethod.Get, "/api/v1/pair/oc_pair_" + new string('0', 32))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(relay, HttpMethod.Get, "/api/v1/pair/" + token.ToUpperInvariant())).Status);
    }

    [Fact]
    public async Task Delete_WithBothConnected_ClosesBothAndForgetsAll()
    {
        await using var relay = await TestRelay.StartAsync();
        var token = await relay.NewTokenAsync();
        var (phone, agent) = await relay.PairAsync(token);
        await phone.SendAsync(Envelopes.Of("chat.send"));
        await agent.ReceiveAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(relay, HttpMethod.Delete, "/api/v1/pair/" + token)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(relay, HttpMethod.Delete, "/api/v1/pair/" + token, TestRelay.AdminKey)).Status);

        foreach (var client in new[] { phone, agent })
        {
            Assert.False((await client.ReceiveErrorAsync("UNAUTHORIZED")).TryGetProperty("ref", out _));
            Assert.Equal(1008, await client.ReceiveCloseAsync());
        }

        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(relay, HttpMethod.Get, "/api/v1/pair/" + token)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(relay, HttpMethod.Delete, "/api/v1/pair/" + token, TestRelay.AdminKey)).Status);
        await using var again = await relay.ConnectAsync();
        Assert.Equal("auth.fail", (await again.AuthenticateAsync(token, "phone")).GetProperty("type").GetString());
        Assert.Equal(0, relay.Host.Core.Store.Count);
    }

    [Fact]
    public async Task Register_SixthInAnHour_IsRefusedWithTheWait()
    {
        var time = new ManualTime();
        await using var relay = await TestRelay.StartAsync(time);
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.Created, (await SendAsync(relay, HttpMethod.Post, "/api/v1/register", forwardedFor: $"198.51.100.{i}")).Status);

        var (status, _, response) = await SendAsync(relay, HttpMethod.Post, "/api/v1/register", forwardedFor: "198.51.100.77");
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Equal(TimeSpan.FromHours(1), response.Headers.RetryAfter!.Delta);

        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(relay, HttpMethod.Post, "/api/v1/register")).Status);
    }

    [Fact]
    public async Task Register_ThroughATrustedProxy_CountsTheClients()
    {
        await using var relay = await TestRelay.StartAsync("-trusted-proxy", "127.0.0.1", "-registration-per-hour", "1");

        Assert.Equal(HttpStatusCode.Created, (await SendAsync(relay, HttpMethod.Post, "/api/v1/register", forwardedFor: "9.9.9.9, 198.51.100.1")).Status);
        var beyond = await SendAsync(relay, HttpMethod.Post, "/api/v1/register", forwardedFor: "8.8.8.8, 198.51.100.1");
        Assert.Equal(HttpStatusCode.TooManyRequests, beyond.Status);
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(relay, HttpMethod.Post, "/api/v1/register", forwardedFor: "198.51.100.2")).Status);
    }

    [Fact]
    public async Task Register_SwitchedOff_IsNotThere()
    {
        await using var relay = await TestRelay.StartAsync("-registration-per-hour", "0");

        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(relay, HttpMethod.Post, "/api/v1/register")).Status);
    }

    [Fact]
    public async Task Health_AfterAThousandReconnects_CountsRight()
    {
        await using var relay = await TestRelay.StartAsync("-idle-timeout", "10m");
        var token = await relay.NewTokenAsync();
        await using var agent = await relay.JoinAsync(token, "agent");
        for (var i = 0; i < 1000; i++)
        {
            await using var phone = await relay.JoinAsync(token, "phone");
            if (i % 2 == 0)
                phone.Socket.LingerState = new System.Net.Sockets.LingerOption(true, 0);
            await agent.AssertStatusAsync("online");

            // Without waiting for this the next phone may come before the relay has seen this one go, and only replace it.
            await phone.DisposeAsync();
            await agent.AssertStatusAsync("offline");
        }

        await Robustness.RaceTests.UntilAsync(() => relay.Host.Core.Connections.Open == 1);
        var health = await relay.GetAsync("/health");
        Assert.Equal("ok", health.GetProperty("status").GetString());
        Assert.Equal((1, 1), (health.GetProperty("connections").GetInt32(), health.GetProperty("sessions").GetInt32()));
    }

    [Fact]
    public async Task Metrics_FromTheStart_NameEveryReasonAndNoToken()
    {
        await using var relay = await TestRelay.StartAsync();
        var token = await relay.NewTokenAsync();
        var (phone, agent) = await relay.PairAsync(token);
        await phone.SendAsync(Envelopes.Of("chat.send", """{"text":"canary-4711"}"""));
        await agent.ReceiveAsync();

        var metrics = (await SendAsync(relay, HttpMethod.Get, "/metrics")).Body;

        Assert.Contains("coralmux_relay_messages_forwarded_total 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("coralmux_relay_connections 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("coralmux_relay_refusals_total{code=\"RATE_LIMITED\"} 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("coralmux_relay_connections_ended_total{reason=\"client_closed\"} 0\n", metrics, StringComparison.Ordinal);
        Assert.All(
            metrics.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Matches(@"^(# (HELP|TYPE) \w+ .+|\w+(\{\w+=""\w+""\})? [0-9.E+-]+)$", line));
        var everything = metrics + string.Join('\n', relay.Log.Lines.Select(l => l.Text));
        Assert.DoesNotContain(token["oc_pair_".Length..], everything, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(TestRelay.AdminKey, everything, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_OnTheirOwnAddress_AreNowhereElse()
    {
        int port;
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        }

        await using var relay = await TestRelay.StartAsync("-metrics-addr", $"127.0.0.1:{port}");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        Assert.Contains("coralmux_relay_connections", await http.GetStringAsync("/metrics", Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync("/api/v1/pair", null, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(relay, HttpMethod.Get, "/metrics")).Status);
    }

    [Fact]
    public async Task Page_AtTheRoot_LoadsNothingFromElsewhere()
    {
        await using var relay = await TestRelay.StartAsync();

        var (status, page, response) = await SendAsync(relay, HttpMethod.Get, "/");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.DoesNotContain("http:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", string.Concat(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }
}
