using CoralMux.Harness.Profiles.Pairs.Envelopes;

namespace CoralMux.Harness.Profiles.Pairs.Load;

/// <summary>How far the two sides of a pair know each other, and the keys they exchanged. Safe from any thread.</summary>
internal sealed class Pairing(bool isEncrypted) : IDisposable
{
    private sealed class Knowledge
    {
        public bool KnowsPeer;
        public KeyPair? Keys;
        public EndToEndEncryption? Seal;
    }

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly Knowledge[] _sides = [new(), new()];
    private TaskCompletionSource? _done;

    /// <summary>Both sides know each other, and the keys if there are any: messages can be sent.</summary>
    public bool IsPaired { get; private set; }

    /// <summary>The encryption of a side; null without keys.</summary>
    public EndToEndEncryption? SealOf(Role role) => _sides[(int)role].Seal;

    /// <summary>Forgets all; the connections are new.</summary>
    /// <returns>Ends when both sides are paired; fails with an <see cref="IOException"/>.</returns>
    public Task Restart()
    {
        lock (_lock)
        {
            foreach (var side in _sides)
                (side.KnowsPeer, side.Keys, side.Seal) = (false, null, null);
            _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _done.Task;
        }
    }

    /// <summary>A connection is gone.</summary>
    public void Break() => IsPaired = false;

    public void Fail(string problem)
    {
        lock (_lock)
            _done?.TrySetException(new IOException(problem));
    }

    /// <summary>The relay tells a side whether its peer is online.</summary>
    /// <returns>The public key that the side now sends, or null.</returns>
    public byte[]? Learn(Role role, bool isPeerOnline)
    {
        lock (_lock)
        {
            var side = _sides[(int)role];
            side.KnowsPeer = isPeerOnline;
            if (!isPeerOnline)
            {
                IsPaired = false;
                return null;
            }

            if (isEncrypted)
                return (side.Keys ??= KeyPair.Generate()).PublicKey.ToArray();
            CompleteIfReady();
            return null;
        }
    }

    /// <summary>A side receives its peer's public key, in base64.</summary>
    public void Exchange(Role role, string publicKey)
    {
        lock (_lock)
        {
            var side = _sides[(int)role];
            if (side.Keys is not { } own)
                return;
            side.Seal = EndToEndEncryption.Between(own, Convert.FromBase64String(publicKey));
            if (_sides.All(one => one.Seal is not null))
                CompleteIfReady();
        }
    }

    public void Dispose()
    {
        foreach (var side in _sides)
            side.Seal?.Dispose();
    }

    private void CompleteIfReady()
    {
        if (!_sides.All(side => side.KnowsPeer))
            return;
        IsPaired = true;
        _done?.TrySetResult();
    }
}
