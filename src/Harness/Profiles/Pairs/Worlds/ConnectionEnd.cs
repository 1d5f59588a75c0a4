using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>How a connection ended, seen from the harness.</summary>
/// <param name="CloseCode">The code of the relay's close frame, 1005 for one without a code, or null where none came.</param>
/// <param name="Reset">The TCP connection ended with a reset or in the middle of a frame.</param>
public sealed record ConnectionEnd(int? CloseCode, bool Reset, TimeSpan At) : IObserved
{
    public string Kind => CloseCode is { } code ? $"close {code}" : Reset ? "reset" : "end";

    /// <summary>Of the close frame, or of the end of TCP where there was none.</summary>
    public int? Entry { get; init; }

    public override string ToString() =>
        CloseCode is { } code ? $"a close frame with code {code}"
        : Reset ? "a TCP reset, without a close frame"
        : "the end of the TCP connection, without a close frame";
}
