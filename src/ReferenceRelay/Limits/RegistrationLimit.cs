using System.Net;

namespace CoralMux.ReferenceRelay.Limits;

/// <summary>A number of tokens in any hour for one address (PAIR-17, PAIR-18): exact, not refilled evenly, because the number is small.</summary>
internal sealed class RegistrationLimit(TimeProvider time)
{
    private const int MaxAddresses = 100_000;
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly AddressTable<Queue<long>> _addresses = new(MaxAddresses);

    /// <returns>Zero when it was taken; otherwise how long to wait.</returns>
    public TimeSpan Take(IPAddress address, int perHour)
    {
        var now = time.GetTimestamp();
        lock (_addresses.Gate)
        {
            var taken = _addresses.Get(AddressKey.Of(address));
            while (taken.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) >= Window)
                taken.Dequeue();
            if (taken.Count >= perHour)
                return Window - time.GetElapsedTime(taken.Peek(), now);
            taken.Enqueue(now);
            return TimeSpan.Zero;
        }
    }
}
