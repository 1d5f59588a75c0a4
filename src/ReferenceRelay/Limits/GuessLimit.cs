using System.Net;

namespace CoralMux.ReferenceRelay.Limits;

/// <summary>Failed auths by address. Beyond the limit the failures of that address are answered late (PAIR-40, PAIR-70). A client that knows a token
/// is never slowed, even at the same address as one that guesses.</summary>
internal sealed class GuessLimit(TimeProvider time)
{
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private const int MaxAddresses = 100_000;

    private readonly AddressTable<Failures> _addresses = new(MaxAddresses);

    /// <returns>True when the answer is to be delayed.</returns>
    public bool NoteFailure(IPAddress address, int perMinute)
    {
        lock (_addresses.Gate)
            return !_addresses.Get(AddressKey.Of(address)).Bucket.TryTake(perMinute, time.GetTimestamp(), time.TimestampFrequency, out _);
    }

    private sealed class Failures
    {
        public TokenBucket Bucket;
    }
}
