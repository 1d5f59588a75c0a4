using CoralMux.ReferenceRelay.Tests.Process;
using CoralMux.ReferenceRelay.Tests.Support;

namespace CoralMux.ReferenceRelay.Tests.Robustness;

[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class AllocationTests
{
    /// <summary>The two looks at the metrics, and the housekeeping between them: some 35 KB. An object a message would be at least 24 bytes each.</summary>
    private const int BytesPerMessage = 2;

    /// <summary>Usage made durable ahead of use, off the path of the messages: 3.4 KB for the work of SQLite.</summary>
    private const int BytesPerLease = 4096;

    /// <summary>Asked for when half of the largest lease, 64 MiB, is used up.</summary>
    private const long MessageBytesPerLease = 32L * 1024 * 1024;

    /// <summary>The pool keeps buffers by thread and core; now and then all of them are in the hands of others.</summary>
    private const int PoolMisses = 2;

    private const int Rounds = 3;

    /// <summary>What the relay itself says that it allocated, as a process of its own: nothing of the clients or the test runner is in it.</summary>
    [Theory]
    [InlineData(300, 1, 40_000)]
    [InlineData(300, 16, 40_000)]
    [InlineData(100_000, 1, 30_000)]
    public async Task Forwarding_InSteadyState_AllocatesNothing(int size, int atOnce, int count)
    {
        await using var relay = await RelayProcess.StartAsync(
            RelayProcess.Program, "-db", ":memory:", "-admin-key", RelayProcess.AdminKey,
            "-rate-phone", "100000000", "-daily-quota", "100000000000", "-monthly-quota", "100000000000");
        var token = await relay.NewTokenAsync();
        await using TestClient phone = await TestClient.ConnectAsync(relay.Address.Port), agent = await TestClient.ConnectAsync(relay.Address.Port);
        await phone.AuthenticateAsync(token, "phone");
        await agent.AuthenticateAsync(token, "agent");
        byte[] frame = Frame.Of(Frame.Text, Envelopes.OfSize(size)), burst = [.. Enumerable.Repeat(frame, atOnce).SelectMany(bytes => bytes)];
        var buffer = new byte[(frame.Length - 4) * atOnce];
        Exchange(count / 2);
        await AllocatedAsync(relay);

        // On a busy machine the runtime starts threads for itself meanwhile: the round in which it did not is the one that says what a message costs.
        var allocated = double.PositiveInfinity;
        for (var round = 0; round < Rounds && allocated > Bound(); round++)
        {
            var before = await AllocatedAsync(relay);
            Exchange(count);
            allocated = Math.Min(allocated, await AllocatedAsync(relay) - before);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{allocated / count:F2} bytes a message");
        Assert.InRange(allocated, 0, Bound());

        double Bound()
        {
            var leases = (long)count * size / MessageBytesPerLease + 1;
            var missed = PoolMisses * System.Numerics.BitOperations.RoundUpToPowerOf2((uint)size);
            return (BytesPerMessage * count) + (BytesPerLease * leases) + missed;
        }

        void Exchange(int messages)
        {
            for (var i = 0; i < messages; i += atOnce)
            {
                for (var sent = 0; sent < burst.Length;)
                    sent += phone.Socket.Send(burst.AsSpan(sent));
                for (var left = buffer.Length; left > 0;)
                    left -= agent.Socket.Receive(buffer.AsSpan(0, left));
            }
        }
    }

    private static Task<double> AllocatedAsync(RelayProcess relay) => relay.MetricAsync("process_allocated_bytes_total");
}
