using System.Globalization;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports;

/// <summary>The command that runs one scenario again, as one types it in a shell. The admin key is not in it: <c>CORALMUX_ADMIN_KEY</c>.</summary>
internal static class RerunCommand
{
    public static string Of(RunReport report, ScenarioResult result) =>
        string.Join(' ', Arguments(report, result).Prepend("coralmux-conformance").Select(Quote));

    private static IEnumerable<string> Arguments(RunReport report, ScenarioResult result)
    {
        IEnumerable<string> asked = report.Options.Arguments is [_, ..] arguments ? arguments : ["verify", report.Target.Url ?? ""];
        return [.. asked, "--scenario", result.Scenario.Id, "--seed", report.Seed.ToString(CultureInfo.InvariantCulture)];
    }

    private static string Quote(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=@,+%".Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
