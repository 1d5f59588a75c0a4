namespace CoralMux.Harness.Wire;

/// <summary>Something that was seen, or awaited in vain: what evidence points at.</summary>
public interface IObserved
{
    /// <summary>What kind of thing it is, in a word or two that are the same in every run, such as <c>chat.error PEER_OFFLINE</c>.</summary>
    string Kind { get; }

    /// <summary>The number of its transcript entry, from 0; null where it has none.</summary>
    int? Entry => null;

    /// <summary>The connection that something did not arrive at; null where something was seen.</summary>
    string? MissedBy => null;
}
