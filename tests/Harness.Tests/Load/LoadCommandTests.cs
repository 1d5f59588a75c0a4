using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Tests.Commands;

namespace CoralMux.Harness.Tests.Load;

/// <summary>What the process says to the one who called <c>load</c>.</summary>
public sealed class LoadCommandTests : IDisposable
{
    private readonly string _out = Directory.CreateTempSubdirectory("coralmux-load-").FullName;

    public void Dispose() => Directory.Delete(_out, recursive: true);

    [Fact]
    public async Task Load_ThresholdsMet_Is0()
    {
        var (code, output, error) = await Cli.RunAsync("load", Profile(), "--threshold", "errors{scenario=chat} == 0", "--out", _out);
        Assert.True(code == 0, output + error);
        Assert.Contains("all 2 thresholds met", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_HopelessThresholdThatAborts_EndsEarlyWith1AndSaysWhy()
    {
        const string hopeless = "one_way p50 < 1us over 1s abort";
        var (code, output, error) = await Cli.RunAsync("load", Profile(seconds: 300), "--threshold", hopeless, "--out", _out);

        Assert.True(code == 1, output + error);
        Assert.Matches($"Stopped after [0-9]+ s, because of '{hopeless}'", output);
        Assert.Contains("A window of 1 s had", output, StringComparison.Ordinal);
        var report = LoadReportFile.Read(Path.Combine(_out, "report.json"));
        Assert.InRange(report.DurationMs, 0, 60_000);
        var outcome = Assert.Single(report.Thresholds, one => one.Text == hopeless);
        Assert.Equal((ThresholdResult.Missed, true), (outcome.Outcome, outcome.Aborted));
    }

    [Theory]
    [InlineData("no-such-profile")]
    [InlineData("steady", "--pairs", "0")]
    [InlineData("steady", "--duration", "soon")]
    [InlineData("steady", "--shard", "4/4")]
    [InlineData("steady", "--threshold", "one_way p99 < 5")]
    [InlineData("steady", "--threshold", "errors{scenario=nobody} == 0")]
    [InlineData("steady", "--colour", "blue")]
    public async Task Load_BadProfileOrOption_Is2(params string[] arguments)
    {
        var (code, output, error) = await Cli.RunAsync(["load", .. arguments]);
        Assert.True(code == 2, output + error);
        Assert.NotEmpty(error);
    }

    [Fact]
    public async Task Load_ProfileThatBreaksItsSchema_Is2()
    {
        var path = Profile();
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path, text.Replace("\"pairs\"", "\"peers\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var (code, _, error) = await Cli.RunAsync("load", path);
        Assert.Equal(2, code);
        Assert.Contains("is not a load profile", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_NobodyThere_Is3()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"ws://{listener.LocalEndpoint}/ws";
        listener.Stop();

        var (code, output, error) = await Cli.RunAsync("load", Profile(), url, "--admin-key", "key");

        Assert.True(code == 3, output + error);
        Assert.Contains("Is the relay running there?", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_NobodyThereWithGivenTokens_Is3()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"ws://{listener.LocalEndpoint}/ws";
        listener.Stop();

        var (code, output, error) = await Cli.RunAsync("load", Profile(), url, "--token", "oc_pair_1", "--token", "oc_pair_2");

        Assert.True(code == 3, output + error);
        Assert.Contains("None of 2 virtual users could connect", error, StringComparison.Ordinal);
    }

    /// <summary>More than any processor can time: whatever the relay did, it is not judged by it.</summary>
    [Fact]
    public async Task Load_GeneratorTooSlow_Is4()
    {
        var (code, output, error) = await Cli.RunAsync("load", Profile(), "--rate", "5000000", "--duration", "2s");
        Assert.True(code == 4, output + error);
        Assert.Contains("invalid run, it says nothing about the relay", output, StringComparison.Ordinal);
    }

    private string Profile(int seconds = 3)
    {
        var path = Path.Combine(_out, "profile.json");
        File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "name": "small", "title": "Small",
              "relay": {
                "ratePhonePerMinute": "100000000", "rateAgentPerMinute": "100000000", "dailyQuotaBytes": "1000000000000", "monthlyQuotaBytes": "1000000000000"
              },
              "scenarios": [
                {
                  "name": "chat", "pairs": 2, "messages": { "flow": "round-trip" },
                  "loadSimulations": [ { "kind": "constant", "rate": 10, "durationMs": {{seconds * 1000}} } ]
                }
              ],
              "thresholds": [ "closes == 0" ]
            }
            """));
        return path;
    }
}
