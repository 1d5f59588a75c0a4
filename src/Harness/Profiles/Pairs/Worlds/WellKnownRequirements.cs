namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>The requirements that every scenario watches in addition to its own question.</summary>
public static class WellKnownRequirements
{
    /// <summary>The relay's own frames follow RFC 6455.</summary>
    public const string RelayFrames = "TRN-28";

    /// <summary>Envelopes are delivered as text messages.</summary>
    public const string TextMessages = "TRN-08";

    /// <summary>Nothing that is not UTF-8 is forwarded.</summary>
    public const string ValidUtf8 = "TRN-14";

    /// <summary>What the relay originates is valid against the schemas.</summary>
    public const string RelayEnvelopes = "ENV-02";

    /// <summary>The relay originates no other types than its own.</summary>
    public const string RelayTypes = "ENV-04";

    /// <summary>Nothing reaches another token's connection.</summary>
    public const string Isolation = "PAIR-60";

    /// <summary>Nothing comes back to its sender.</summary>
    public const string NoEcho = "PAIR-61";

    /// <summary>Connections are closed with codes of the table.</summary>
    public const string CloseCodes = "ERR-12";

    /// <summary>Nothing is delivered twice.</summary>
    public const string OnceOnly = "PAIR-63";

    /// <summary>The roles are phone and agent.</summary>
    public const string Roles = "PAIR-24";
}
