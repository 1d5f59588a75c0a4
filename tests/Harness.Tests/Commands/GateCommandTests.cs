using System.Text.Json;
using System.Text.Json.Nodes;

namespace CoralMux.Harness.Tests.Commands;

/// <summary>Gates as a CI uses them: known failures, previous failures, two reports, a report judged again.</summary>
public sealed class GateCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux-gate-").FullName;

    private string Report => At("report.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Verify_WithAKnownFailureThatPasses_ExitsOneAndSaysSo()
    {
        var (exitCode, output, _) = await Cli.RunAsync("verify", "--tags", "@PAIR-24", "--known-failures", Known("PAIR-24"));
        Assert.Equal(1, exitCode);
        Assert.Contains("known failure PAIR-24: no longer fails", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_WithAKnownFailureOfAnUnknownRequirement_ExitsTwo()
    {
        var (exitCode, output, error) = await Cli.RunAsync("verify", "--tags", "@PAIR-24", "--known-failures", Known("PAIR-999"));
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains("There is no requirement 'PAIR-999'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_OfARun_HoldsUntilItIsTouchedUp()
    {
        await RunAsync();
        var (exitCode, output, _) = await Cli.RunAsync("report", Report, "--out", At("again"));
        Assert.Equal(0, exitCode);
        Assert.Contains("2 scenarios and 2 transcripts judged again", output, StringComparison.Ordinal);
        Assert.DoesNotContain("another suite", output, StringComparison.Ordinal);
        foreach (var file in new[] { "report.html", "junit.xml", "cucumber.ndjson", "summary.md", "badge.svg" })
            Assert.True(File.Exists(At("again", file)), file);

        // The suite knows better than the report what is a MUST, and what it excludes.
        Edit(root => root["requirements"]![0]!["level"] = "MAY");
        (exitCode, _, var error) = await Cli.RunAsync("report", Report, "--out", At("never"));
        Assert.Equal(1, exitCode);
        Assert.Contains("differs in words, level or place from the suite", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("never")));
    }

    [Fact]
    public async Task Diff_OfTwoReports_GatesAndRefusesForgeries()
    {
        await RunAsync();
        File.Copy(Report, At("before.json"));
        Assert.Equal(0, (await Cli.RunAsync("diff", At("before.json"), Report, "--exact")).ExitCode);

        // One of the two scenarios was not run later: what it tested is lost, or less is known of it.
        Edit(root =>
        {
            root["scenarios"]!.AsArray().Clear();
            root["totals"]!["pass"] = 0;
            foreach (var requirement in root["requirements"]!.AsArray().Where(one => (string)one!["verdict"]! == "pass"))
            {
                requirement!["verdict"] = "untested";
                requirement["reason"] = "no scenario of it was selected";
                requirement["scenarios"] = new JsonArray();
            }
        });
        var (exitCode, output, _) = await Cli.RunAsync("diff", At("before.json"), Report, "--output", "json");
        Assert.Equal(1, exitCode);
        using var diff = JsonDocument.Parse(output);
        Assert.True(diff.RootElement.GetProperty("worse").GetBoolean());
        var lost = diff.RootElement.GetProperty("changes").EnumerateArray().Where(change => change.GetProperty("change").GetString() == "lost");
        Assert.Contains("PAIR-24", lost.Select(change => change.GetProperty("id").GetString()));
        Assert.Equal(0, (await Cli.RunAsync("diff", Report, At("before.json"), "--output", "markdown")).ExitCode);
        Assert.Equal(1, (await Cli.RunAsync("diff", Report, At("before.json"), "--exact")).ExitCode);

        Edit(root => root["exitCode"] = 0);
        var (refused, _, error) = await Cli.RunAsync("diff", At("before.json"), Report);
        Assert.Equal(2, refused);
        Assert.Contains("was changed after the run: exitCode says 0", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerun_OfAReport_RunsJustWhatDidNotPassWithItsSeed()
    {
        await RunAsync();
        var (exitCode, _, error) = await Cli.RunAsync("verify", "--rerun", Report);
        Assert.Equal(2, exitCode);
        Assert.Contains("there is nothing to run again", error, StringComparison.Ordinal);

        string? failed = null;
        Edit(root =>
        {
            var scenario = root["scenarios"]![1]!.AsObject();
            failed = (string)scenario["id"]!;
            scenario["verdict"] = "not-run";
            scenario["message"] = "the run was interrupted";
        });
        (exitCode, var output, _) = await Cli.RunAsync("verify", "--rerun", Report, "--output", "json");
        Assert.Equal(4, exitCode);
        using var again = JsonDocument.Parse(output);
        Assert.Equal(4711, again.RootElement.GetProperty("seed").GetInt32());
        Assert.Equal(failed, Assert.Single(again.RootElement.GetProperty("scenarios").EnumerateArray()).GetProperty("id").GetString());

        Edit(root => root["target"]!["name"] = "Somebody else's relay");
        (exitCode, _, error) = await Cli.RunAsync("verify", "--rerun", Report);
        Assert.Equal(2, exitCode);
        Assert.Contains("give its URL", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no scenario 'pairing/nothing'", "verify", "--scenario", "pairing/nothing")]
    [InlineData("cannot be read as a report", "diff", "nowhere.json", "nowhere.json")]
    [InlineData("cannot be read as a report", "report", "nowhere.json")]
    [InlineData("cannot be read as a report", "verify", "--rerun", "nowhere.json")]
    [InlineData("The known failures cannot be read", "verify", "--known-failures", "nowhere.json")]
    public async Task Command_UsedWrongly_ExitsTwoWithOneSentence(string said, params string[] arguments)
    {
        var (exitCode, output, error) = await Cli.RunAsync(arguments);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    private async Task RunAsync() => Assert.Equal(4, (await Cli.RunAsync("verify", "--tags", "@PAIR-24", "--seed", "4711", "--out", _directory)).ExitCode);

    private string Known(string requirement)
    {
        File.WriteAllText(At("known.json"), $$"""{ "failures": [ { "requirement": "{{requirement}}", "reason": "It is so.", "link": "#1" } ] }""");
        return At("known.json");
    }

    private void Edit(Action<JsonNode> edit)
    {
        var root = JsonNode.Parse(File.ReadAllText(Report))!;
        edit(root);
        File.WriteAllText(Report, root.ToJsonString());
    }

    private string At(params string[] parts) => Path.Combine([_directory, .. parts]);
}
