namespace CoralMux.Harness.Tests.Targets.Useless;

/// <summary>In which way a small relay is of no use.</summary>
public enum Fault
{
    /// <summary>In none: what the others are measured against. It knows no rates, no quota and no time-outs.</summary>
    None,
    AcceptsAnyToken,
    AcceptsNoToken,
    PairsEverybody,
    ForwardsEverything,
    ForwardsNothing,
    AnswersNoError,
    ClosesOnEveryError,
}
