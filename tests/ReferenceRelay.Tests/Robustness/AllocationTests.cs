using CoralMux.ReferenceRelay.Tests.Support;

namespace CoralMux.ReferenceRelay.Tests.Robustness;

[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class AllocationTests
{
    /// <summary>Counted over the whole process; the clients here are written so that they allocate nothing either.</summary>
    [Theory]
    [InlineData(300)]
    [InlineData(100_000)]
    public async Task Forwarding_InSteadyState_AllocatesNothing(int size)
    {
        const int count = 5000;
        await using TestRelay relay = await TestRelay.StartAsync("-rate-phone", "100000000", "-daily-quota", "100000000000", "-monthly-quota", "100000000000");
        (TestClient phone, TestClient agent) = await relay.PairAsync();
        byte[] frame = Frame.Of(Frame.Text, Envelopes.OfSize(size));
        int received = frame.Length - 4;
        var buffer = new byte[received];
        Exchange(count);

        long before = GC.GetTotalAllocatedBytes(precise: true);
        Exchange(count);
        long perMessage = (GC.GetTotalAllocatedBytes(precise: true) - before) / count;

        // Timers and the test runner allocate a little beside it: one object a message would be at least 24 bytes.
        Assert.InRange(perMessage, 0, 20);

        void Exchange(int messages)
        {
            for (int i = 0; i < messages; i++)
            {
                for (int sent = 0; sent < frame.Length;)
                    sent += phone.Socket.Send(frame.AsSpan(sent));
                for (int left = received; left > 0;)
                {
                    // A receive that has to wait allocates; this one never has to.
                    while (agent.Socket.Available == 0)
                        Thread.Yield();
                    left -= agent.Socket.Receive(buffer.AsSpan(0, left));
                }
            }
        }
    }
}
