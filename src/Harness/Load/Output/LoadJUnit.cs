using System.Globalization;
using System.Text;
using System.Xml;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;

namespace CoralMux.Harness.Load.Output;

/// <summary>A load report as <c>junit.xml</c>: a case for the validity, each threshold and each invariant.</summary>
internal static class LoadJUnit
{
    private const string Failure = "failure";
    private const string Error = "error";

    private sealed record Case(string Class, string Name, string? Element, string Message);

    public static void Write(LoadReport report, Stream output)
    {
        List<Case> cases =
        [
            new("validity", "the generator was not the bottleneck", report.Validity.Valid ? null : Error, string.Join(" ", report.Validity.Reasons)),
            .. report.Thresholds.Select(one => new Case("thresholds", one.Text, ElementOf(one.Outcome), one.Reason ?? "")),
            .. report.Invariants.Select(one => new Case("invariants", Word.Of(one.Name), one.Violations == 0 ? null : Failure, Sentence(one))),
        ];
        using var xml = XmlWriter.Create(output, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false) });
        var profile = report.Config.Profile["name"];
        xml.WriteStartElement("testsuites");
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", $"load {profile}");
        xml.WriteAttributeString("tests", cases.Count.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", cases.Count(one => one.Element == Failure).ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("errors", cases.Count(one => one.Element == Error).ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("time", (report.DurationMs / 1000).ToString("0.000", CultureInfo.InvariantCulture));
        xml.WriteAttributeString("timestamp", report.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
        foreach (var one in cases)
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("classname", $"load.{profile}.{one.Class}");
            xml.WriteAttributeString("name", Visible.Line(one.Name));
            xml.WriteAttributeString("time", "0.000");
            if (one.Element is not null)
            {
                xml.WriteStartElement(one.Element);
                xml.WriteAttributeString("type", one.Class);
                xml.WriteAttributeString("message", Visible.Line(one.Message));
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static string? ElementOf(ThresholdResult result) => result switch { ThresholdResult.Met => null, ThresholdResult.Missed => Failure, _ => Error };

    private static string Sentence(InvariantOutcome outcome) =>
        $"{outcome.Violations} of {outcome.Checked}: {string.Join(" ", outcome.Examples.Select(example => example.Sentence))}";
}
