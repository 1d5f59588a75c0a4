using System.Text.Json;
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
        (int exit, string output, string errors) = await RelayProcess.RunAsync("--wrong", "-rate-phone", "x");

        Assert.Equal((2, ""), (exit, output));
        Assert.Equal(2, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CommandLine_HelpAndVersion_ExitZero()
    {
        (int exit, string output, _) = await RelayProcess.RunAsync("--help");
        Assert.Equal(0, exit);
        Assert.Contains("-admin-key", output, StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+\s*$", (await RelayProcess.RunAsync("-version")).Output);
    }

    [Fact]
    public async Task Start_AddressInUseOrBadDatabase_ExitsOneWithOneSentence()
    {
        await using RelayProcess relay = await RelayProcess.StartAsync(RelayProcess.Program, "-db", ":memory:");

        (int exit, string output, string errors) = await RelayProcess.RunAsync("-db", ":memory:", "-addr", relay.Address.Authority);
        Assert.Equal((1, ""), (exit, output));
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => line.StartsWith("coralmux-relay:", StringComparison.Ordinal));
        Assert.Equal(1, (await RelayProcess.RunAsync("-db", "/nonexistent/x.db", "-addr", "127.0.0.1:0")).Exit);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Signal_WithClients_Says1001AndExitsZero(string signal)
    {
        await using RelayProcess relay = await RelayProcess.StartAsync(RelayProcess.Program, "-db", Database, "-admin-key", RelayProcess.AdminKey);
        string token = await relay.NewTokenAsync();
        await using TestClient phone = await TestClient.ConnectAsync(relay.Address.Port);
        await phone.AuthenticateAsync(token, "phone");

        relay.Signal(signal);

        Assert.Equal(1001, await phone.ReceiveCloseAsync());
        await phone.DisposeAsync();
        Assert.Equal(0, await relay.WaitAsync());
    }

    [Fact]
    public async Task StandardInput_Closed_EndsAChildRelay()
    {
        await using RelayProcess relay = await RelayProcess.StartAsync(RelayProcess.Program, "-db", ":memory:");

        relay.CloseInput();

        Assert.Equal(0, await relay.WaitAsync());
    }

    /// <summary>The full measure of 20 is run by hand with this variable set.</summary>
    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("CORALMUX_KILLS"), out int n) ? n : 4;

    [Fact]
    public async Task Kill9_UnderLoad_OverCountsOnlyAndKeepsTokens()
    {
        string? token = null;
        long received = 0;
        for (int round = 0; round < Kills; round++)
        {
            await using RelayProcess relay = await RelayProcess.StartAsync(RelayProcess.Program, "-db", Database, "-admin-key", RelayProcess.AdminKey, "-rate-phone", "100000000");
            token ??= await relay.NewTokenAsync();
            await using TestClient phone = await TestClient.ConnectAsync(relay.Address.Port);
            JsonElement ok = (await phone.AuthenticateAsync(token, "phone")).GetProperty("payload");
            Assert.InRange(ok.GetProperty("daily_used_bytes").GetInt64(), received, received + round * 8_388_608L);
            await using TestClient agent = await TestClient.ConnectAsync(relay.Address.Port);
            await agent.AuthenticateAsync(token, "agent");

            Task sending = FloodAsync(phone);
            long until = received + 3_000_000 + round * 500_000;
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
        byte[] frame = Frame.Of(Frame.Text, Envelopes.OfSize(2000));
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
