using CoralMux.Harness.Basics;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports;

/// <summary>A run in one sentence, the same in every report.</summary>
internal static class Headline
{
    public static string Of(RunReport report)
    {
        var name = Name(report);
        return report.Judgement.ExitCode switch
        {
            ExitCode.Conformant when report.Judgement.Conformant => $"{name} is conformant",
            ExitCode.Conformant => $"{name} is not conformant, but every failure is a known failure",
            ExitCode.NonConformant when Unexcused(report) == 0 => $"{name} has known failures only, but their list is out of date",
            ExitCode.NonConformant => $"{name} is not conformant",
            ExitCode.HarnessFault => "No verdict: the harness itself failed",
            _ => $"Incomplete: no claim about {name}",
        };
    }

    /// <summary>The verdict that the headline is coloured as.</summary>
    public static Verdict Style(RunReport report) => report.Judgement.ExitCode switch
    {
        ExitCode.Conformant => report.Judgement.Conformant ? Verdict.Pass : Verdict.Warn,
        ExitCode.NonConformant => Verdict.Fail,
        _ => Verdict.Inconclusive,
    };

    public static string Name(RunReport report) => Visible.Line(report.Target.Name ?? report.Target.Url ?? "the relay");

    /// <summary>How many requirements of a level have one of these verdicts.</summary>
    public static int Count(RunReport report, RequirementLevel level, params Verdict[] verdicts) =>
        report.Judgement.Requirements.Count(result => result.Requirement.Level == level && verdicts.Contains(result.Verdict));

    private static int Unexcused(RunReport report) => report.Judgement.Requirements.Count(result =>
        !report.Judgement.Excused.Contains(result.Requirement.Id)
        && (result.Verdict == Verdict.Fail || (report.Options.Strict && result is { Verdict: Verdict.Warn, Requirement.Level: RequirementLevel.Should })));
}
