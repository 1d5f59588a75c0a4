namespace CoralMux.Harness.Tests.Targets.Useless;

/// <summary>Why a small relay is useless.</summary>
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
