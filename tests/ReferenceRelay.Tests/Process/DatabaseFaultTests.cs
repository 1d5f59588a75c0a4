using CoralMux.ReferenceRelay.Tests.Support;

namespace CoralMux.ReferenceRelay.Tests.Process;

/// <summary>What becomes of the program when its database cannot be used: it says so, goes on, and ends as it should.</summary>
public sealed class DatabaseFaultTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux").FullName;

    private string Database => Path.Combine(_directory, "relay.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Disk_FullWhileRunning_DegradesRecoversAndStops()
    {
        using var disk = TinyDisk.Mount();
        var database = Path.Combine(disk.Directory, "relay.db");
        await using (var relay = await RelayProcess.StartAsync(RelayProcess.Program, "-db", database, "-admin-key", RelayProcess.AdminKey))
        {
            var token = await relay.NewTokenAsync();
            disk.Fill();
            while (await relay.TryNewTokenAsync() is not null) { }
            Assert.Equal("degraded", await relay.StatusAsync());
            await using var phone = await TestClient.ConnectAsync(relay.Address.Port);
            Assert.Equal("auth.ok", (await phone.AuthenticateAsync(token, "phone")).GetProperty("type").GetString());

            disk.Free();
            await UntilOkAsync(relay);
            Assert.NotNull(await relay.TryNewTokenAsync());

            disk.Fill();
            while (await relay.TryNewTokenAsync() is not null) { }
            relay.Signal("TERM");
            await phone.ReceiveCloseAsync();
            await phone.DisposeAsync();
            Assert.Equal(0, await relay.WaitAsync());
        }

        disk.Free();
        await using var again = await RelayProcess.StartAsync(RelayProcess.Program, "-db", database, "-admin-key", RelayProcess.AdminKey);
        Assert.NotNull(await again.TryNewTokenAsync());
    }

    [Fact]
    public async Task Start_DamagedDatabase_ExitsOneWithOneSentence()
    {
        await File.WriteAllTextAsync(Database, new string('x', 10_000), TestContext.Current.CancellationToken);

        var (exit, output, errors) = await RelayProcess.RunAsync("-db", Database, "-addr", "127.0.0.1:0");

        Assert.Equal((1, ""), (exit, output));
        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"coralmux-relay: the database {Database} cannot be used: ", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DatabaseOfARunningRelay_ExitsOneUntilThatOneIsGone()
    {
        await using (var first = await RelayProcess.StartAsync(RelayProcess.Program, "-db", Database, "-admin-key", RelayProcess.AdminKey))
        {
            await first.NewTokenAsync();
            var link = Path.Combine(_directory, "link.db");
            File.CreateSymbolicLink(link, Database);
            foreach (var name in new[] { Database, link })
            {
                var (exit, output, errors) = await RelayProcess.RunAsync("-db", name, "-addr", "127.0.0.1:0");
                Assert.Equal((1, ""), (exit, output));
                Assert.Contains("another relay", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
            }

            // Whoever only looks is not kept out.
            using var reader = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Database};Mode=ReadOnly;Pooling=False");
            reader.Open();
            using var count = reader.CreateCommand();
            count.CommandText = "SELECT count(*) FROM tokens";
            Assert.Equal(1L, count.ExecuteScalar());
            first.Kill();
            await first.WaitAsync();
        }

        await using var second = await RelayProcess.StartAsync(RelayProcess.Program, "-db", Database, "-admin-key", RelayProcess.AdminKey);
        Assert.Equal("ok", await second.StatusAsync());
    }

    private static async Task UntilOkAsync(RelayProcess relay)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (await relay.StatusAsync() != "ok")
            await Task.Delay(10, patience.Token);
    }
}
