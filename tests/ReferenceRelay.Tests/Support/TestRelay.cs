using System.Net.Http.Json;
using System.Text.Json;
using CoralMux.ReferenceRelay.Http;
using CoralMux.ReferenceRelay.Profiles.Pairs;
using CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;
using CoralMux.ReferenceRelay.Telemetry;
using Microsoft.Extensions.Logging;

namespace CoralMux.ReferenceRelay.Tests.Support;

/// <summary>A relay in this process, through real Kestrel on a free loopback port.</summary>
internal sealed class TestRelay : IAsyncDisposable
{
    public const string AdminKey = "a key for tests";

    private readonly System.Collections.Concurrent.ConcurrentBag<TestClient> _clients = [];

    private TestRelay(RelayHost host, LogCapture log)
    {
        Host = host;
        Log = log;
        Http = new HttpClient { BaseAddress = host.Address };
        Http.DefaultRequestHeaders.Add("X-Admin-Key", AdminKey);
    }

    public RelayHost Host { get; }

    public PairCore Pairs => ((PairsProfile)Host.Profile).Core;

    public LogCapture Log { get; }

    public HttpClient Http { get; }

    public int Port => Host.Address.Port;

    /// <param name="flags">As on the command line; an address, a key and a database in memory are there already.</param>
    public static async Task<TestRelay> StartAsync(TimeProvider? time = null, params string[] flags)
    {
        var parsed = Composition.Parse(
            [
                "-addr", "127.0.0.1:0",
                .. flags.Contains("-db") ? Array.Empty<string>() : ["-db", ":memory:"],
                .. flags.Contains("-no-key") ? Array.Empty<string>() : ["-admin-key", AdminKey],
                .. flags.Where(f => f != "-no-key"),
            ],
            _ => null);
        Assert.Empty(parsed.Errors);
        var log = new LogCapture();
        var host = await RelayHost.StartAsync(
            parsed.Options!, time ?? TimeProvider.System, logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug));
        return new TestRelay(host, log);
    }

    public static Task<TestRelay> StartAsync(params string[] flags) => StartAsync(null, flags);

    public async Task<string> NewTokenAsync()
    {
        using var response = await Http.PostAsync(new Uri("/api/v1/pair", UriKind.Relative), null, TestContext.Current.CancellationToken);
        var body = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return body.GetProperty("token").GetString()!;
    }

    public async Task<TestClient> ConnectAsync()
    {
        var client = await TestClient.ConnectAsync(Port);
        _clients.Add(client);
        return client;
    }

    /// <summary>A client that has authenticated; its auth.ok has been read.</summary>
    public async Task<TestClient> JoinAsync(string token, string role)
    {
        var client = await ConnectAsync();
        var answer = await client.AuthenticateAsync(token, role);
        Assert.Equal("auth.ok", answer.GetProperty("type").GetString());
        return client;
    }

    /// <summary>Both sides, with the phone's news of the agent already read.</summary>
    public async Task<(TestClient Phone, TestClient Agent)> PairAsync(string? token = null)
    {
        token ??= await NewTokenAsync();
        var phone = await JoinAsync(token, "phone");
        var agent = await JoinAsync(token, "agent");
        Assert.Equal("online", (await phone.ReceiveJsonAsync()).GetProperty("payload").GetProperty("peer").GetString());
        return (phone, agent);
    }

    /// <summary>The relay's end of the only client there is. The handshake is answered a moment before the connection is entered.</summary>
    public async Task<PairConnection> OnlyConnectionAsync()
    {
        await Robustness.RaceTests.UntilAsync(() => Host.Core.Connections.Held > 0);
        return Assert.IsType<PairConnection>(Assert.Single(Host.Core.Connections.All));
    }

    public Task<JsonElement> GetAsync(string path) =>
        Http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        // Otherwise the relay waits politely for clients that nobody reads any more.
        foreach (var client in _clients)
            await client.DisposeAsync();
        await Host.StopAsync();
        await Host.DisposeAsync();
    }
}
