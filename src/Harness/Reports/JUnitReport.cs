using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports;

/// <summary>
/// <c>junit.xml</c> in the form Jenkins, GitLab and GitHub actions read: a suite for each feature, a case for each scenario.
/// Nothing but a pass is shown as a pass: inconclusive and not-run are errors; not-applicable, a known failure and a
/// warning are skipped, with their message (a warning of a strict run is a failure). A known failure that is stale or
/// expired is a failure of its own, and so is a breach noticed in passing.
/// </summary>
public static class JUnitReport
{
    private static readonly XmlWriterSettings Settings = new()
    {
        Indent = true, Encoding = new UTF8Encoding(false), CheckCharacters = true, NewLineHandling = NewLineHandling.Entitize,
    };

    private sealed record Case(string Suite, string ClassName, string Name, TimeSpan Duration, string? Element, string Type, string Message, string Text);

    public static void Write(RunReport report, Stream output)
    {
        List<Case> cases =
        [
            .. report.Results.Select(result => CaseOf(report, result)),
            .. report.Judgement.KnownFailures.Where(outcome => outcome.IsRotten).Select(CaseOf),
        ];
        var timestamp = report.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        var suites = cases.GroupBy(one => one.Suite).Select(suite => new XElement(
            "testsuite",
            new XAttribute("name", suite.Key),
            Counts([.. suite], TimeSpan.FromTicks(suite.Sum(one => one.Duration.Ticks))),
            new XAttribute("timestamp", timestamp),
            suite.Select(Element)));
        using var xml = XmlWriter.Create(output, Settings);
        new XElement("testsuites", new XAttribute("name", "CoralMux conformance"), Counts(cases, report.Duration), suites).WriteTo(xml);
    }

    private static Case CaseOf(RunReport report, ScenarioResult result)
    {
        var fails = result.Verdict == Verdict.Fail || (result.Verdict == Verdict.Warn && report.Options.Strict);
        var element = result.Verdict switch
        {
            _ when fails => IsKnown(report, result) ? "skipped" : "failure",
            _ when IsBreachedUnknown(report, result) => "failure",
            Verdict.Inconclusive or Verdict.NotRun => "error",
            Verdict.NotApplicable or Verdict.Warn => "skipped",
            _ => null,
        };
        var message = result.Message ?? (result.Violations is [var first, ..] ? $"noticed in passing, {first.Requirement}: {EvidenceText.Of(first)}" : "");
        return new Case(
            Visible.Line(result.Scenario.Feature),
            Visible.Line(result.Scenario.Id.Split('/')[0]),
            Visible.Line($"{string.Join(' ', result.Scenario.Requirements)} {result.Scenario.Name}".Trim()),
            result.Duration,
            element,
            result.Verdict == Verdict.Pass ? "noticed" : result.Verdict.Spelling(),
            Visible.Line(element != "skipped" || result.Verdict == Verdict.NotApplicable ? message : (fails ? "known failure: " : "warn: ") + message),
            PlainReport.Explain(result));
    }

    private static Case CaseOf(KnownFailureOutcome outcome) => new(
        "Known failures",
        "known-failures",
        Visible.Line(outcome.Entry.ToString()),
        TimeSpan.Zero,
        "failure",
        outcome.State.Spelling(),
        PlainReport.Say(outcome),
        Visible.Text($"{outcome.Entry.Reason}\n{outcome.Entry.Link}\n"));

    private static bool IsKnown(RunReport report, ScenarioResult result) =>
        result.Scenario.Requirements is [_, ..] ids
        && ids.Where(id => report.Judgement.Requirements.Any(one => one.Requirement.Id == id)).All(report.Judgement.Excused.Contains)
        && !IsBreachedUnknown(report, result);

    private static bool IsBreachedUnknown(RunReport report, ScenarioResult result) => result.Violations.Any(violation =>
        !report.Judgement.Excused.Contains(violation.Requirement)
        && report.Judgement.Requirements.FirstOrDefault(one => one.Requirement.Id == violation.Requirement) is { } breached
        && (breached.Verdict == Verdict.Fail || (breached.Verdict == Verdict.Warn && report.Options.Strict)));

    private static XElement Element(Case one)
    {
        var element = new XElement(
            "testcase", new XAttribute("classname", one.ClassName), new XAttribute("name", one.Name), new XAttribute("time", Seconds(one.Duration)));
        var message = new XAttribute("message", one.Message);
        if (one.Element is not (null or "skipped"))
            element.Add(new XElement(one.Element, message, new XAttribute("type", one.Type), one.Text));
        else if (one.Element is not null)
            element.Add(new XElement(one.Element, message));
        if (one.Element is "skipped" or null && one.Text.Length > 0)
            element.Add(new XElement("system-out", one.Text));
        return element;
    }

    private static XAttribute[] Counts(IReadOnlyList<Case> cases, TimeSpan duration)
    {
        int Count(string element) => cases.Count(one => one.Element == element);
        return
        [
            new("tests", cases.Count), new("failures", Count("failure")), new("errors", Count("error")), new("skipped", Count("skipped")),
            new("time", Seconds(duration)),
        ];
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}
