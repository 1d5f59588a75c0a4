using System.Globalization;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports;

/// <summary>The shell command that runs one scenario again. The admin key is not in it: it is in <c>CORALMUX_ADMIN_KEY</c>.</summary>
internal static class RerunCommand
{
    public static string Of(RunReport report, ScenarioResult result)
    {
        IEnumerable<string> asked = report.Options.Arguments is [_, ..] arguments ? arguments : ["verify", report.Target.Url ?? ""];
        var seed = report.Seed.ToString(CultureInfo.InvariantCulture);
        string[] words = ["coralmux-conformance", .. asked, "--scenario", result.Scenario.Id, "--seed", seed];
        return string.Join(' ', words.Select(Quote));
    }

    private static string Quote(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=@,+%".Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
