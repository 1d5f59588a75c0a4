using System.Text.Json;
using CoralMux.ReferenceRelay.Basics;
using CoralMux.ReferenceRelay.Http;
using CoralMux.ReferenceRelay.Tests.Robustness;
using CoralMux.ReferenceRelay.Tests.Support;
using Microsoft.Data.Sqlite;

namespace CoralMux.ReferenceRelay.Tests.Storage;

public sealed class StoreTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"coralmux-{Guid.NewGuid():N}.db");

    public void Dispose()
    {
        foreach (var suffix in new[] { "", "-wal", "-shm" })
            File.Delete(_file + suffix);
    }

    [Fact]
    public async Task Restart_Clean_KeepsTokensAndExactUsage()
    {
        string token;
        var size = Envelopes.Of("chat.send").Length;
        await using (var relay = await TestRelay.StartAsync("-db", _file))
        {
            token = await relay.NewTokenAsync();
            var (phone, agent) = await relay.PairAsync(token);
            for (var i = 0; i < 7; i++)
            {
                await phone.SendAsync(Envelopes.Of("chat.send"));
                await agent.ReceiveAsync();
            }
        }

        await using var again = await TestRelay.StartAsync("-db", _file);
        await using var back = await again.ConnectAsync();
        var ok = (await back.AuthenticateAsync(token, "phone")).GetProperty("payload");
        Assert.Equal(7 * size, ok.GetProperty("daily_used_bytes").GetInt64());
    }

    [Fact]
    public async Task Database_HoldsNoToken()
    {
        string token;
        await using (var relay = await TestRelay.StartAsync("-db", _file))
            token = await relay.NewTokenAsync();

        var content = Convert.ToHexStringLower(await File.ReadAllBytesAsync(_file, TestContext.Current.CancellationToken));
        var secret = token["oc_pair_".Length..];
        Assert.DoesNotContain(secret, content, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(secret)), content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DatabaseThatCannotBeUsed_SaysWhy()
    {
        await File.WriteAllTextAsync(_file, new string('x', 10_000), TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<StartException>(() => TestRelay.StartAsync("-db", _file));
        Assert.Contains(_file, error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StartException>(() => TestRelay.StartAsync("-db", "/nonexistent/relay.db"));
    }

    [Fact]
    public async Task Locked_WhileRunning_ForwardsOnWithinTheLease_AndRecovers()
    {
        await using var relay = await TestRelay.StartAsync("-db", _file, "-rate-phone", "1000000");
        var token = await relay.NewTokenAsync();
        var (phone, agent) = await relay.PairAsync(token);
        await phone.SendAsync(Envelopes.Of("chat.send"));
        await agent.ReceiveAsync();

        await using (var other = new SqliteConnection($"Data Source={_file};Pooling=False"))
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            await using var lockAll = other.CreateCommand();
            lockAll.CommandText = "BEGIN IMMEDIATE";
            await lockAll.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

            using var refused = await relay.Http.PostAsync(new Uri("/api/v1/pair", UriKind.Relative), null, TestContext.Current.CancellationToken);
            Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal("degraded", (await relay.GetAsync("/health")).GetProperty("status").GetString());
            for (var i = 0; i < 20; i++)
            {
                await phone.SendAsync(Envelopes.Of("chat.send"));
                Assert.Equal(Envelopes.Of("chat.send"), await agent.ReceiveTextAsync());
            }

            // More than any lease left: refused, said so, and not delivered.
            await phone.SendAsync(Envelopes.OfSize(5_000_000));
            var error = await phone.ReceiveErrorAsync("BACKEND_ERROR");
            Assert.True(error.GetProperty("retry_after_ms").GetInt64() > 0);
        }

        await RaceTests.UntilAsync(() => !relay.Host.Core.Store.Degraded);
        Assert.Equal("ok", (await relay.GetAsync("/health")).GetProperty("status").GetString());
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        await phone.SendAsync(Envelopes.OfSize(5_000_000));
        Assert.Equal(5_000_000, (await agent.ReceiveAsync()).Length);
        Assert.StartsWith("oc_pair_", await relay.NewTokenAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Locked_RefusedMessages_CostRateAndNoQuota()
    {
        await using var relay = await TestRelay.StartAsync(new ManualTime(), "-db", _file, "-rate-phone", "2");
        var token = await relay.NewTokenAsync();
        (var phone, _) = await relay.PairAsync(token);
        await using var other = new SqliteConnection($"Data Source={_file};Pooling=False");
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var lockAll = other.CreateCommand();
        lockAll.CommandText = "BEGIN IMMEDIATE";
        await lockAll.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        foreach (var code in new[] { "BACKEND_ERROR", "BACKEND_ERROR", "RATE_LIMITED" })
        {
            await phone.SendAsync(Envelopes.Of("chat.send"));
            Assert.True((await phone.ReceiveErrorAsync(code)).GetProperty("retry_after_ms").GetInt64() > 0);
        }

        await phone.SyncAsync();
        await using var again = await relay.ConnectAsync();
        var ok = (await again.AuthenticateAsync(token, "phone")).GetProperty("payload");
        Assert.Equal(0, ok.GetProperty("daily_used_bytes").GetInt64());
    }
}
