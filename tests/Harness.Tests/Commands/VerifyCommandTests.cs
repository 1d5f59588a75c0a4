using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Tests.Targets;

namespace CoralMux.Harness.Tests.Commands;

public sealed partial class VerifyCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux-verify-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("No scenario has the tag '@nothing'", "verify", "--tags", "@nothing")]
    [InlineData("There is no option '--frobnicate'", "verify", "--frobnicate")]
    [InlineData("There is no command 'verfy'; did you mean 'verify'", "verfy")]
    [InlineData("is not a WebSocket URL", "verify", "http://127.0.0.1:1/")]
    [InlineData("--jobs must be", "verify", "--jobs", "0")]
    [InlineData("--timeout must be", "verify", "--timeout", "-1")]
    [InlineData("need the URL", "verify", "--admin-key", "k")]
    [InlineData("There is no profile 'pears'; did you mean 'pairs'", "verify", "--profile", "pears")]
    [InlineData("There is no profile 'pears'; did you mean 'pairs'", "probe", "ws://127.0.0.1:1/ws", "--profile", "pears")]
    [InlineData("No scenario matches", "verify", "--tags", "@ENV-02 and @ENV-03")]
    public async Task Verify_WithBadUsage_ExitsTwoWithOneSentence(string said, params string[] arguments)
    {
        var (exitCode, output, error) = await Cli.RunAsync(arguments);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("""{ "url": "ws://127.0.0.1:1/ws", "adminkey": "k" }""", "did you mean 'adminKey'")]
    [InlineData("""{ "url": "ws://127.0.0.1:1/ws", "limits": { "ratePhone": 30 } }""", "did you mean 'ratePhonePerMinute'")]
    [InlineData("""{ "url": 7 }""", "url")]
    [InlineData("""{ "url": """, ":1")]
    [InlineData("""{ "name": "no url" }""", "has no url")]
    public async Task Verify_WithABadTargetFile_ExitsTwoAndSaysWhere(string content, string said)
    {
        var file = Path.Combine(_directory, "target.json");
        await File.WriteAllTextAsync(file, content, TestContext.Current.CancellationToken);
        var (exitCode, _, error) = await Cli.RunAsync("verify", "--target", file);
        Assert.Equal(2, exitCode);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Contains("target.json", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("there is no profile 'pears'; did you mean 'pairs'", "verify")]
    [InlineData("there is no profile 'pears'; did you mean 'pairs'", "probe")]
    [InlineData("there is no profile 'pears'; did you mean 'pairs'", "load", "steady")]
    [InlineData("describes a relay of the profile 'pears', not 'pairs'", "verify", "--profile", "pairs")]
    public async Task AnyCommand_OfATargetOfAnotherProfile_ExitsTwoAndSaysSo(string said, params string[] arguments)
    {
        var file = Path.Combine(_directory, "target.json");
        await File.WriteAllTextAsync(file, """{ "url": "ws://127.0.0.1:1/ws", "profile": "pears" }""", TestContext.Current.CancellationToken);
        var (exitCode, output, error) = await Cli.RunAsync([.. arguments, "--target", file]);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Contains("target.json", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_WithATypoInAStep_NamesFileAndLineBeforeAnythingIsSent()
    {
        const string Feature = "Feature: Mine\n  Scenario: One\n    When the phone conects\n";
        await File.WriteAllTextAsync(Path.Combine(_directory, "mine.feature"), Feature, TestContext.Current.CancellationToken);
        var (exitCode, output, error) = await Cli.RunAsync("verify", "--features", _directory);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains("mine.feature:3: no When step matches 'the phone conects'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OfASelection_IsIncompleteAndWritesItsReports()
    {
        var (exitCode, output, _) = await Cli.RunAsync("verify", "--profile", "pairs", "--tags", "@PAIR-24", "--out", _directory, "--output", "json");
        Assert.Equal(4, exitCode);
        var report = await File.ReadAllBytesAsync(Path.Combine(_directory, "report.json"), TestContext.Current.CancellationToken);
        Assert.Empty(SchemaCatalog.Load(Suite.BuiltIn).Validate("report", report));
        using var printed = JsonDocument.Parse(output);
        Assert.Equal(["verify", "--profile", "pairs"], printed.RootElement.GetProperty("arguments").EnumerateArray().Select(argument => argument.GetString()));
        Assert.Equal(2, printed.RootElement.GetProperty("totals").GetProperty("pass").GetInt32());
        foreach (var scenario in printed.RootElement.GetProperty("scenarios").EnumerateArray())
            Assert.True(File.Exists(Path.Combine(_directory, scenario.GetProperty("transcript").GetString()!)));
        var junit = System.Xml.Linq.XDocument.Load(Path.Combine(_directory, "junit.xml"));
        Assert.Equal("2", junit.Root!.Attribute("tests")!.Value);
    }

    /// <summary>A relay that somebody else runs takes the place of the scenario's own where it can; elsewhere the scenario says what is missing.</summary>
    [Fact]
    public async Task Verify_OfARelayThatCannotBeStartedFromHere_RunsWhatItCan()
    {
        await using var relay = await ReferenceRelay.StartAsync();
        var (exitCode, output, _) = await Cli.RunAsync(
            "verify", relay.Url, "--admin-key", ReferenceRelay.AdminKey, "--tags", "@PAIR-06 or @PAIR-40", "--output", "json");
        Assert.Equal(4, exitCode);
        using var printed = JsonDocument.Parse(output);
        static string? Optional(JsonElement scenario, string name) => scenario.TryGetProperty(name, out var value) ? value.GetString() : null;
        var scenarios = printed.RootElement.GetProperty("scenarios").EnumerateArray();
        Assert.Equal(
            [("not-run", "it needs a relay with other settings: give the target description a startCommand"), ("pass", null)],
            scenarios.Select(scenario => (Optional(scenario, "verdict")!, Optional(scenario, "message"))).Order());
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public async Task Verify_Interrupted_LeavesNoRelayAndAPartialReport(int signal)
    {
        const string Ignored = "This process ignores SIGINT, as background jobs of a shell do, and its children inherit that.";
        Assert.SkipWhen(signal == Interrupt && IsInterruptIgnored(), Ignored);
        using var process = Cli.Start("verify", "--out", _directory);
        var banner = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        var port = int.Parse(Port().Match(banner!).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        var rest = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, Kill(process.Id, signal));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(4, process.ExitCode);
        Assert.Contains("the run was interrupted", await rest, StringComparison.Ordinal);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAsync<SocketException>(async () => await socket.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken));
        using var report = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(_directory, "report.json"), TestContext.Current.CancellationToken));
        Assert.False(report.RootElement.GetProperty("conformant").GetBoolean());
        Assert.True(report.RootElement.GetProperty("totals").GetProperty("notRun").GetInt32() > 0);
    }

    private const int Interrupt = 2;
    private const int Terminate = 15;

    private static bool IsInterruptIgnored()
    {
        var mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..];
        return (Convert.ToUInt64(mask.Trim(), 16) & (1UL << (Interrupt - 1))) != 0;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    [GeneratedRegex(@"ws://127\.0\.0\.1:(\d+)/ws")]
    private static partial Regex Port();
}
