using System.Text.Json;
using System.Xml.Linq;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Reports.Output;
using Markdig;

namespace CoralMux.Harness.Tests.Reports;

/// <summary>What <c>--out</c> writes of a hostile run. <c>tests/independent</c> has others judge the same files.</summary>
public sealed class ReportFilesTests : IDisposable
{
    private readonly string _directory;
    private readonly bool _isKept;

    public ReportFilesTests()
    {
        var given = Environment.GetEnvironmentVariable("CORALMUX_HOSTILE_REPORTS");
        _isKept = given is { Length: > 0 };
        _directory = _isKept ? given! : Directory.CreateTempSubdirectory("coralmux-reports-").FullName;
        new ReportDirectory(_directory).Write(HostileRun.Create());
    }

    public void Dispose()
    {
        if (!_isKept)
            Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void ReportJson_OfAHostileRun_IsValid() =>
        Assert.Empty(SchemaCatalog.Load(Suite.BuiltIn).Validate("report", File.ReadAllBytes(At("report.json"))));

    [Fact]
    public void JUnit_OfAHostileRun_IsXmlThatShowsWhatCannotBeShown()
    {
        var root = XDocument.Load(At("junit.xml")).Root!;
        Assert.Equal(["8", "2", "2", "3"], new[] { "tests", "failures", "errors", "skipped" }.Select(name => root.Attribute(name)!.Value));
        var known = root.Descendants("skipped").First().Attribute("message")!.Value;
        Assert.StartsWith("known failure: ", known, StringComparison.Ordinal);
        Assert.Contains("␛[31m", known, StringComparison.Ordinal);
        Assert.Contains("⟨U+202E⟩", known, StringComparison.Ordinal);
        Assert.Contains(root.Descendants("failure"), failure => failure.Attribute("type")!.Value == "stale");
        // Its scenario passed, but a requirement was breached in it: green would be a lie.
        var messages = root.Descendants("failure").Select(failure => failure.Attribute("message")!.Value);
        Assert.Contains(messages, message => message.StartsWith("noticed in passing, PAIR-02", StringComparison.Ordinal));
    }

    [Fact]
    public void CucumberMessages_OfAHostileRun_HaveAStatusForEveryStep()
    {
        var messages = File.ReadLines(At("cucumber.ndjson")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var statuses = messages.Where(message => message.TryGetProperty("testStepFinished", out _))
            .CountBy(message => message.GetProperty("testStepFinished").GetProperty("testStepResult").GetProperty("status").GetString()!).ToDictionary();
        Assert.Equal(28, statuses.Values.Sum());
        Assert.Equal(1, statuses["FAILED"]);
        Assert.False(messages[^1].GetProperty("testRunFinished").GetProperty("success").GetBoolean());
    }

    [Fact]
    public void Summary_OfAHostileRun_HoldsNoMarkupOfTheRelays()
    {
        var summary = File.ReadAllText(At("summary.md"));
        Assert.Contains("### fail: a relay listens", summary, StringComparison.Ordinal);
        var outside = System.Text.RegularExpressions.Regex.Replace(summary, "(`+) .*? \\1", "");
        Assert.DoesNotContain("<script", outside, StringComparison.Ordinal);
        Assert.DoesNotContain("@everyone", outside, StringComparison.Ordinal);
        Assert.DoesNotContain("[x](", outside, StringComparison.Ordinal);
        var html = Markdown.ToHtml(summary, new MarkdownPipelineBuilder().UsePipeTables().Build());
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"javascript", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Badge_OfARunWithAFailure_SaysHowManyWereNotMet() =>
        Assert.Contains("CoralMux conformance: 2 MUST not met", File.ReadAllText(At("badge.svg")), StringComparison.Ordinal);

    [Theory]
    [InlineData("a\0b\u001b[1m", "a␀b␛[1m")]
    [InlineData("\u202Ex\u2028", "⟨U+202E⟩x⟨U+2028⟩")]
    [InlineData("at the end \uFFFF", "at the end ⟨U+FFFF⟩")]
    [InlineData("🔓 ok\n\tnext", "🔓 ok␊␉next")]
    public void Visible_Line_ShowsWhatWouldNotBeSeen(string text, string expected) => Assert.Equal(expected, Visible.Line(text));

    [Fact]
    public void Visible_HalfASurrogatePair_IsReplaced() => Assert.Equal("half \uFFFD", Visible.Line("half " + '\uD800'));

    private string At(string name) => Path.Combine(_directory, name);
}
