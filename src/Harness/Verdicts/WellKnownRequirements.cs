namespace CoralMux.Harness.Verdicts;

/// <summary>The requirements that every scenario watches besides its own question.</summary>
public static class WellKnownRequirements
{
    public const string RelayFrames = "TRN-01";
    public const string TextMessages = "TRN-02";
    public const string ValidUtf8 = "TRN-03";
    public const string RelayEnvelopes = "ENV-01";
    public const string Isolation = "PAIR-01";
}
