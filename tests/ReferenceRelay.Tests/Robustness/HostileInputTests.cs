using System.Net;
using System.Net.Sockets;
using System.Text;
using CoralMux.ReferenceRelay.Http;
using CoralMux.ReferenceRelay.Tests.Process;
using CoralMux.ReferenceRelay.Tests.Support;

namespace CoralMux.ReferenceRelay.Tests.Robustness;

/// <summary>Seeded: a failure names its input and can be repeated.</summary>
public sealed class HostileInputTests
{
    private const int Looks = 40;

    /// <summary>
    /// In bytes, from the second quarter to the last. A few thousand inputs only fill what the collector gives the process
    /// before it collects at all; what each of 100,000 leaked would be more.
    /// </summary>
    private static double MostGrowth => FullSize.Or(16_000_000, 64_000_000);

    [Fact]
    public async Task HostileInputs_WithAHealthyPairTalking_DisturbNobody()
    {
        var inputs = FullSize.Or(100_000, 4000);
        await using var relay = await RelayProcess.StartAsync(
            RelayProcess.Program, "-db", ":memory:", "-admin-key", RelayProcess.AdminKey,
            "-rate-phone", "100000000", "-rate-agent", "100000000", "-auth-failures", "1000000");
        string token = await relay.NewTokenAsync(), victim = await relay.NewTokenAsync();
        await using TestClient phone = await JoinAsync(relay, token, "phone"), agent = await JoinAsync(relay, token, "agent");
        await using var witness = await JoinAsync(relay, victim, "agent");
        await phone.AssertStatusAsync("online");
        using var done = new CancellationTokenSource();
        var talk = Task.Run(() => TalkAsync(phone, agent, done.Token), TestContext.Current.CancellationToken);

        var resident = new List<double>();
        for (var look = 0; look < Looks; look++)
        {
            int next = look * inputs / Looks, until = (look + 1) * inputs / Looks;
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                for (int seed; (seed = Interlocked.Increment(ref next)) <= until;)
                    await AttackAsync(relay.Address.Port, victim, seed);
            })));
            resident.Add(await relay.MetricAsync("process_resident_bytes"));
        }

        await done.CancelAsync();
        Assert.True(await talk > 0);
        await relay.UntilMetricAsync("connections", 3);
        await relay.UntilMetricAsync("queued_bytes", 0);
        Assert.Equal(0, await relay.MetricAsync("connections_ended_total{reason=\"internal_error\"}"));
        var megabytes = resident.Select(bytes => (bytes / 1e6).ToString("F0", System.Globalization.CultureInfo.InvariantCulture));
        TestContext.Current.TestOutputHelper?.WriteLine($"{inputs} inputs, resident MB: {string.Join(' ', megabytes)}");
        Assert.InRange(Median(resident[(Looks * 3 / 4)..]) - Median(resident[(Looks / 4)..(Looks / 2)]), double.MinValue, MostGrowth);
        Assert.Equal("", await relay.StopAsync());
    }

    /// <summary>The collector now and then takes a region more for a moment.</summary>
    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static async Task<TestClient> JoinAsync(RelayProcess relay, string token, string role)
    {
        var client = await TestClient.ConnectAsync(relay.Address.Port);
        Assert.Equal("auth.ok", (await client.AuthenticateAsync(token, role)).GetProperty("type").GetString());
        return client;
    }

    private static async Task<int> TalkAsync(TestClient phone, TestClient agent, CancellationToken stop)
    {
        var n = 0;
        for (; !stop.IsCancellationRequested; n++)
        {
            string question = Envelopes.Of("chat.send", $$"""{"n":{{n}}}"""), answer = Envelopes.Of("chat.done", $$"""{"n":{{n}}}""");
            await phone.SendAsync(question);
            Assert.Equal(question, await agent.ReceiveTextAsync());
            await agent.SendAsync(answer);
            Assert.Equal(answer, await phone.ReceiveTextAsync());
        }

        return n;
    }

    private static async Task AttackAsync(int port, string token, int seed)
    {
        var random = new Random(seed);
        var handshake = Encoding.ASCII.GetBytes(
            "GET /ws HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        var bytes = (seed % 5) switch
        {
            0 => Noise(random, random.Next(1, 2000)),
            1 => Mutate(random, handshake),
            2 => [.. handshake, .. Noise(random, random.Next(1, 500))],
            3 => [.. handshake, .. Frame.Of(Envelopes.Auth(token, "phone")), .. Mutate(random, Frame.Of(Envelopes.Of("chat.send", """{"text":"é😀"}""")))],
            _ => [.. handshake, .. Frame.Of(Envelopes.Auth(token, "phone")),
                .. Frame.Of(Frame.Text, Mutate(random, Encoding.UTF8.GetBytes(Envelopes.Of("chat.send", """{"a":[1,{"b":"\u00e9"}]}"""))))],
        };
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), TestContext.Current.CancellationToken);
            var cut = random.Next(bytes.Length);
            await socket.SendAsync(bytes.AsMemory(0, cut), TestContext.Current.CancellationToken);
            await socket.SendAsync(bytes.AsMemory(cut), TestContext.Current.CancellationToken);
            if (random.Next(2) == 0)
                socket.LingerState = new LingerOption(true, 0);
            else
                await ReadToQuietAsync(socket);
        }
        catch (SocketException)
        {
            // Being thrown out is a fair answer.
        }
    }

    private static async Task ReadToQuietAsync(Socket socket)
    {
        socket.Shutdown(SocketShutdown.Send);
        var scratch = new byte[4096];
        while (await socket.ReceiveAsync(scratch, TestContext.Current.CancellationToken) > 0) { }
    }

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        List<byte> mutated = [.. bytes];
        for (var changes = random.Next(1, 5); changes > 0 && mutated.Count > 0; changes--)
        {
            var at = random.Next(mutated.Count);
            switch (random.Next(4))
            {
                case 0: mutated[at] = (byte)random.Next(256); break;
                case 1: mutated[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: mutated.RemoveAt(at); break;
                default: mutated.Insert(at, (byte)random.Next(256)); break;
            }
        }

        return [.. mutated];
    }
}
