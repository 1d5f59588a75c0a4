using CoralMux.Harness.Reports.Output;

namespace CoralMux.Harness.Tests.Reports;

/// <summary>The page of a hostile run.</summary>
public sealed class HtmlReportFixture : PagesFixture
{
    public string Url => UrlOfFile("report.html");

    protected override void Write()
    {
        // Another report to look at, such as one of a real run.
        if (Environment.GetEnvironmentVariable("CORALMUX_LOOK_AT") is { Length: > 0 } other)
            File.Copy(other, Path.Combine(Directory, "report.html"));
        else
            new ReportDirectory(Directory).Write(HostileRun.Create());
    }
}
