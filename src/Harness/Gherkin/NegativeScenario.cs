namespace CoralMux.Harness.Gherkin;

/// <summary>A scenario whose verdict rests on something not happening: a relay that does nothing at all must not pass it.</summary>
/// <remarks>So it comes after a healthy pair that relays, and before the proof that this pair still does.</remarks>
public static class NegativeScenario
{
    public const string Tag = "@negative";

    /// <summary>The step of the background.</summary>
    public const string PositiveControl = "an innocent pair that relays";

    /// <summary>The last step.</summary>
    public const string LivenessCheck = "the innocent pair still relays";
}
