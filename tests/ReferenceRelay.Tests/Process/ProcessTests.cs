using CoralMux.ReferenceRelay.Tests.Support;

namespace CoralMux.ReferenceRelay.Tests.Process;

public sealed class ProcessTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux").FullName;

    private string Database => Path.Combine(_directory, "relay.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task CommandLine_WrongFlags_ExitsTwoWithEverySentence()
    {
        var (exit, output, errors) = await RelayProcess.RunAsync("--wrong", "-rate-phone", "x");

        Assert.Equal((2, ""), (exit, output));
        Assert.Equal(2, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CommandLine_HelpAndVersion_ExitZero()
    {
        (var exit, var output, _) = await RelayProcess.RunAsync("--help");
        Assert.Equal(0, exit);
        Assert.Contains("-admin-key", output, StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+\s*$", (await RelayProcess.RunAsync("-version")).Output);
    }

    [Fact]
    public async Task Start_AddressInUseOrBadDatabase_ExitsOneWithOneSentence()
    {
        await using var relay = await RelayProcess.StartAsync(RelayProcess.Program, "-db", ":memory:");

        var (exit, output, errors) = await RelayProcess.RunAsync("-db", ":memory:", "-addr", relay.Address.Authority);
        Assert.Equal((1, ""), (exit, output));
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => line.StartsWith("coralmux-relay:", StringComparison.Ordinal));
        Assert.Equal(1, (await RelayProcess.RunAsync("-db", "/nonexistent/x.db", "-addr", "127.0.0.1:0")).Exit);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Signal_WithClients_Says1001AndExitsZero(string signal)
    {
        await using var relay = await RelayProcess.StartAsync(RelayProcess.Program, "-db", Database, "-admin-key", RelayProcess.AdminKey);
        var token = await relay.NewTokenAsync();
        await using var phone = await TestClient.ConnectAsync(relay.Address.Port);
        await phone.AuthenticateAsync(token, "phone");

        relay.Signal(signal);

        Assert.Equal(1001, await phone.ReceiveCloseAsync());
        await phone.DisposeAsync();
        Assert.Equal(0, await relay.WaitAsync());
    }

    [Fact]
    public async Task StandardInput_Closed_EndsAChildRelay()
    {
        await using var relay = await RelayProcess.StartAsync(RelayProcess.Program, "-db", ":memory:");

        relay.CloseInput();

        Assert.Equal(0, await relay.WaitAsync());
    }

    /// <summary>A supervisor that hangs, a pager that was left open: the log waits, the messages do not.</summary>
    [Fact]
    public async Task Log_ThatNobodyReads_DoesNotStopTheRelay()
    {
        var script = Path.Combine(_directory, "unread.sh");
        await File.WriteAllTextAsync(script, $"#!/bin/bash\nexec {RelayProcess.Program} \"$@\" 2> >(exec sleep 60)\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await using var relay = await RelayProcess.StartAsync(script, "-db", ":memory:", "-admin-key", RelayProcess.AdminKey, "-log-level", "debug");

        // 64 KB for the pipe and 2,500 lines for the queue; each token is a line.
        for (var i = 0; i < 4000; i++)
            Assert.NotNull(await relay.TryNewTokenAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Kill9_UnderLoad_OverCountsOnlyAndKeepsTokens()
    {
        string? token = null;
        long received = 0;
        var kills = FullSize.Or(20, 4);
        for (var round = 0; round < kills; round++)
        {
            await using var relay = await RelayProcess.StartAsync(
                RelayProcess.Program, "-db", Database, "-admin-key", RelayProcess.AdminKey, "-rate-phone", "100000000");
            token ??= await relay.NewTokenAsync();
            await using var phone = await TestClient.ConnectAsync(relay.Address.Port);
            var ok = (await phone.AuthenticateAsync(token, "phone")).GetProperty("payload");
            Assert.InRange(ok.GetProperty("daily_used_bytes").GetInt64(), received, received + round * 8_388_608L);
            await using var agent = await TestClient.ConnectAsync(relay.Address.Port);
            await agent.AuthenticateAsync(token, "agent");

            var sending = FloodAsync(phone);
            var until = received + 3_000_000 + round * 500_000;
            try
            {
                while (true)
                {
                    received += (await agent.ReceiveAsync()).Length;
                    if (received > until)
                    {
                        until = long.MaxValue;
                        relay.Kill();
                    }
                }
            }
            catch (EndOfStreamException)
            {
            }

            await sending;
        }
    }

    private static async Task FloodAsync(TestClient phone)
    {
        var frame = Frame.Of(Frame.Text, Envelopes.OfSize(2000));
        try
        {
            while (true)
                await phone.SendRawAsync(frame);
        }
        catch (IOException)
        {
        }
    }
}
