namespace CoralMux.ReferenceRelay.Options;

/// <summary>The limits in force now; a reload replaces them as a whole.</summary>
internal sealed class LiveLimits(RelayLimits limits)
{
    private volatile RelayLimits _current = limits;

    public RelayLimits Current
    {
        get => _current;
        set => _current = value;
    }
}
