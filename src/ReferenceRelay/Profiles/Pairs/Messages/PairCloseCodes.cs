using CoralMux.ReferenceRelay.Framing;

namespace CoralMux.ReferenceRelay.Profiles.Pairs.Messages;

/// <summary>The close codes that this profile adds (ERR-12).</summary>
internal static class PairCloseCodes
{
    /// <summary>A newer connection of the same token and role took over (PAIR-50, PAIR-51). A client must not reconnect by itself, or the two will
    /// fight.</summary>
    public const CloseCode Replaced = (CloseCode)4409;
}
