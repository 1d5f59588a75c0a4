using CoralMux.ReferenceRelay.Basics;
using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;
using CoralMux.ReferenceRelay.Storage;
using CoralMux.ReferenceRelay.Tests.Robustness;
using CoralMux.ReferenceRelay.Tests.Support;
using Microsoft.Data.Sqlite;

namespace CoralMux.ReferenceRelay.Tests.Storage;

/// <summary>Damage is told at start, and nothing is written over it; while the relay runs it waits for the file to be mended.</summary>
public sealed class DamagedDatabaseTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux").FullName;

    private string Database => Path.Combine(_directory, "relay.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("damaged", "is damaged")]
    [InlineData("truncated", "is damaged")]
    [InlineData("cut to 50 bytes", "is damaged")]
    [InlineData("rows of another kind", "is not the relay's")]
    [InlineData("table of another shape", "is not the relay's")]
    [InlineData("of another program", "is not the relay's")]
    public async Task Start_DatabaseUnusable_SaysWhatToDoAndWritesNothing(string damage, string said)
    {
        await MakeTokensAsync(500);
        switch (damage)
        {
            case "damaged":
                Overwrite(Database, 3 * 4096, 5 * 4096);
                break;
            case "truncated":
                SetLength(Database, new FileInfo(Database).Length / 2);
                break;
            case "cut to 50 bytes":
                SetLength(Database, 50);
                break;
            case "rows of another kind":
                Execute("INSERT INTO tokens (id, created) VALUES ('seven', 7)");
                break;
            case "table of another shape":
                Execute("DROP TABLE tokens; CREATE TABLE tokens (token TEXT, name TEXT)");
                break;
            default:
                Execute("DROP TABLE tokens; CREATE TABLE songs (title TEXT)");
                break;
        }

        var before = await File.ReadAllBytesAsync(Database, TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<StartException>(() => TestRelay.StartAsync("-db", Database));

        Assert.Contains(Database, error.Message, StringComparison.Ordinal);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains(": give another -db", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Database, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Running_FileDamagedAndMended_RecoversWithEveryToken()
    {
        await MakeTokensAsync(500);
        var backup = Database + ".backup";
        File.Copy(Database, backup);
        string token, deleted;
        int tokens;
        await using (var relay = await TestRelay.StartAsync("-db", Database))
        {
            (token, deleted) = (await relay.NewTokenAsync(), await relay.NewTokenAsync());
            var (phone, agent) = await relay.PairAsync(token);
            await phone.SendAsync(Envelopes.Of("chat.send"));
            await agent.ReceiveAsync();

            foreach (var suffix in new[] { "", "-wal", "-shm" })
                Overwrite(Database + suffix, 0, (int)new FileInfo(Database + suffix).Length);
            await UntilDegradedAsync(relay);
            await phone.SendAsync(Envelopes.Of("chat.send"));
            Assert.Equal(Envelopes.Of("chat.send"), await agent.ReceiveTextAsync());
            await relay.Http.DeleteAsync(new Uri("/api/v1/pair/" + deleted, UriKind.Relative), TestContext.Current.CancellationToken);

            File.Delete(Database + "-wal");
            File.Move(backup, Database, overwrite: true);
            await RaceTests.UntilAsync(() => !relay.Host.Core.Store.Degraded);
            tokens = relay.Host.Core.Store.Count;
        }

        await using var again = await TestRelay.StartAsync("-db", Database);
        Assert.True(tokens > 500);
        Assert.Equal(tokens, again.Host.Core.Store.Count);
        await using var back = await again.ConnectAsync();
        var ok = await back.AuthenticateAsync(token, "phone");
        Assert.Equal(2 * Envelopes.Of("chat.send").Length, ok.GetProperty("payload").GetProperty("daily_used_bytes").GetInt64());
        await using var stranger = await again.ConnectAsync();
        await stranger.SendAsync(Envelopes.Auth(deleted, "phone"));
        await stranger.ReceiveErrorAsync("UNAUTHORIZED", "auth.fail");
    }

    [Fact]
    public async Task Running_FileDeleted_IsWrittenAnew()
    {
        string token, another;
        await using (var relay = await TestRelay.StartAsync("-db", Database))
        {
            token = await relay.NewTokenAsync();
            foreach (var suffix in new[] { "", "-wal", "-shm" })
                File.Delete(Database + suffix);
            another = await relay.NewTokenAsync();
        }

        await using var again = await TestRelay.StartAsync("-db", Database);
        await again.JoinAsync(token, "phone");
        await again.JoinAsync(another, "phone");
    }

    private async Task MakeTokensAsync(int count)
    {
        await using var relay = await TestRelay.StartAsync("-db", Database);
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => relay.Host.Core.Store.AddAsync(PairingToken.Create().Id)));
    }

    private static async Task UntilDegradedAsync(TestRelay relay)
    {
        while (!relay.Host.Core.Store.Degraded)
            await relay.Host.Core.Store.AddAsync(PairingToken.Create().Id);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this file
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static void Overwrite(string file, int from, int count)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.Position = from;
        stream.Write(Enumerable.Repeat((byte)0xE7, count).ToArray());
    }

    private static void SetLength(string file, long length)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.SetLength(length);
    }
}
