using System.Globalization;
using System.Text;
using System.Xml;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports;

/// <summary>
/// <c>junit.xml</c> in the form Jenkins, GitLab and GitHub actions read: a suite for each feature, a case for each scenario.
/// What is neither pass nor fail is never shown as a pass: inconclusive and not-run are errors, a warning is a pass with
/// its text in <c>system-out</c>, not-applicable is skipped.
/// </summary>
public static class JUnitReport
{
    public static void Write(RunReport report, Stream output)
    {
        using var xml = XmlWriter.Create(output, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false), CheckCharacters = true });
        xml.WriteStartElement("testsuites");
        xml.WriteAttributeString("name", "CoralMux conformance");
        WriteCounts(xml, report.Results, report.Duration);
        foreach (var feature in report.Results.GroupBy(result => result.Scenario.Feature))
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", Clean(feature.Key));
            WriteCounts(xml, [.. feature], TimeSpan.FromTicks(feature.Sum(result => result.Duration.Ticks)));
            xml.WriteAttributeString("timestamp", report.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
            foreach (var result in feature)
                WriteCase(xml, result);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteCase(XmlWriter xml, ScenarioResult result)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", Clean(result.Scenario.Id.Split('/')[0]));
        xml.WriteAttributeString("name", Clean($"{string.Join(' ', result.Scenario.Requirements)} {result.Scenario.Name}".Trim()));
        xml.WriteAttributeString("time", Seconds(result.Duration));
        var element = result.Verdict switch
        {
            Verdict.Fail => "failure",
            Verdict.Inconclusive or Verdict.NotRun => "error",
            Verdict.NotApplicable => "skipped",
            _ => null,
        };
        var text = Clean(Explain(result));
        if (element is not null)
        {
            xml.WriteStartElement(element);
            xml.WriteAttributeString("message", Clean(result.Message ?? ""));
            if (element != "skipped")
            {
                xml.WriteAttributeString("type", result.Verdict.Spelling());
                xml.WriteString(text);
            }

            xml.WriteEndElement();
        }
        else if (text.Length > 0)
        {
            xml.WriteElementString("system-out", text);
        }

        xml.WriteEndElement();
    }

    private static string Explain(ScenarioResult result)
    {
        var text = new StringBuilder();
        void Line(string name, string? value)
        {
            if (value is not null)
                text.Append(name).Append(": ").Append(value).Append('\n');
        }

        if (result.Verdict != Verdict.Pass)
            Line(result.Verdict.Spelling(), result.Message);
        Line("step", result.Step is { } step ? $"{result.Scenario.File}:{step.Line} {step.Keyword} {step.Text}" : null);
        Line("expected", result.Expected);
        Line("actual", result.Actual);
        foreach (var violation in result.Violations)
            Line($"noticed in passing, {violation.Requirement}", $"expected {violation.Expected}; {violation.Connection} got {violation.Actual}");
        return text.ToString();
    }

    private static void WriteCounts(XmlWriter xml, IReadOnlyList<ScenarioResult> results, TimeSpan duration)
    {
        xml.WriteAttributeString("tests", Number(results.Count));
        xml.WriteAttributeString("failures", Number(results.Count(result => result.Verdict == Verdict.Fail)));
        xml.WriteAttributeString("errors", Number(results.Count(result => result.Verdict is Verdict.Inconclusive or Verdict.NotRun)));
        xml.WriteAttributeString("skipped", Number(results.Count(result => result.Verdict == Verdict.NotApplicable)));
        xml.WriteAttributeString("time", Seconds(duration));
    }

    // A relay may have sent anything; XML 1.0 takes only some of it.
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i]))
                clean.Append(text[i]);
            else if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
                clean.Append(text[i]).Append(text[++i]);
            else
                clean.Append('\uFFFD');
        }

        return clean.ToString();
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}
