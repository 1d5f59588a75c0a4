using System.Globalization;
using System.Text;
using System.Xml;
using CoralMux.Harness.Basics;
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
        using var xml = XmlWriter.Create(output, Settings);
        xml.WriteStartElement("testsuites");
        xml.WriteAttributeString("name", "CoralMux conformance");
        WriteCounts(xml, cases, report.Duration);
        foreach (var suite in cases.GroupBy(one => one.Suite))
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", suite.Key);
            WriteCounts(xml, [.. suite], TimeSpan.FromTicks(suite.Sum(one => one.Duration.Ticks)));
            xml.WriteAttributeString("timestamp", report.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
            foreach (var one in suite)
                WriteCase(xml, one);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
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
        var message = result.Message ?? (result.Violations is [var first, ..] ? $"noticed in passing, {first.Requirement}: {PlainReport.Breach(first)}" : "");
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

    private static void WriteCase(XmlWriter xml, Case one)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", one.ClassName);
        xml.WriteAttributeString("name", one.Name);
        xml.WriteAttributeString("time", Seconds(one.Duration));
        if (one.Element is not null)
        {
            xml.WriteStartElement(one.Element);
            xml.WriteAttributeString("message", one.Message);
            if (one.Element != "skipped")
            {
                xml.WriteAttributeString("type", one.Type);
                xml.WriteString(one.Text);
            }

            xml.WriteEndElement();
        }

        if (one.Element is "skipped" or null && one.Text.Length > 0)
            xml.WriteElementString("system-out", one.Text);
        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, IReadOnlyList<Case> cases, TimeSpan duration)
    {
        xml.WriteAttributeString("tests", Number(cases.Count));
        xml.WriteAttributeString("failures", Number(cases.Count(one => one.Element == "failure")));
        xml.WriteAttributeString("errors", Number(cases.Count(one => one.Element == "error")));
        xml.WriteAttributeString("skipped", Number(cases.Count(one => one.Element == "skipped")));
        xml.WriteAttributeString("time", Seconds(duration));
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}
