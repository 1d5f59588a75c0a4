using System.CommandLine;
using System.Text.Json;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Commands;
using CoralMux.Harness.Spec;
using CoralMux.Harness.Tests.Spec;

namespace CoralMux.Harness.Tests.Commands;

/// <summary><c>spec check</c>, <c>list</c> and <c>explain</c> as one types them.</summary>
public sealed class SpecificationCommandTests : IDisposable
{
    private readonly SmallSpec _spec = new();
    private readonly StringWriter _output = new();
    private SmallSuite? _suite;

    private SmallSuite Suite => _suite ??= new SmallSuite(_spec);

    public void Dispose()
    {
        _suite?.Dispose();
        _output.Dispose();
    }

    [Fact]
    public async Task SpecCheck_SpecificationThatHolds_IsExit0WithCoverage()
    {
        Assert.Equal(0, await RunAsync("spec check"));
        Assert.Contains("| Pairing |   1 /  1 /  0 |   1 /  0 /  0 |   0 /  0 /  1 |", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("4 requirements, 3 scenarios, 0 problems.", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SpecCheck_Problem_IsExit1WithOneLine()
    {
        _spec.Pending = "# To come\n";
        Assert.Equal(1, await RunAsync("spec check"));
        Assert.StartsWith("spec/pairs/01-pairing.md:11: PAIR-04 has neither", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SpecCheck_FeatureThatIsNoGherkin_IsExit1WithItsLine()
    {
        _spec.Feature += "\n    Examples\n";
        var exception = await Assert.ThrowsAsync<CommandException>(() => RunAsync("spec check"));
        Assert.Equal(ExitCode.NonConformant, exception.ExitCode);
        Assert.StartsWith("features/pairs/pairing.feature:", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SpecCheck_Json_IsNothingButJson()
    {
        _spec.Pending = "# To come\n";
        Assert.Equal(1, await RunAsync("spec check --output json"));
        using var json = JsonDocument.Parse(_output.ToString());
        var problem = Assert.Single(json.RootElement.GetProperty("problems").EnumerateArray());
        Assert.Equal(("spec/pairs/01-pairing.md", 11), (problem.GetProperty("file").GetString(), problem.GetProperty("line").GetInt32()));
        Assert.Equal(3, json.RootElement.GetProperty("coverage").GetArrayLength());
    }

    [Fact]
    public async Task SpecCheck_ConfirmOneId_WritesItsLineAndNoOther()
    {
        _spec.Chapter = _spec.Chapter.Replace("MUST pair", "MUST join", StringComparison.Ordinal).Replace("MAY ask", "MAY beg", StringComparison.Ordinal);
        var before = _spec.Lock!.Split('\n');

        Assert.Equal(1, await RunAsync("spec check --confirm PAIR-04"));

        var after = await File.ReadAllLinesAsync(Suite.At("spec", "pairs", RequirementLock.FileName), TestContext.Current.CancellationToken);
        Assert.Equal(before[..4], after[..4]);
        Assert.NotEqual(before[4], after[4]);
        Assert.Contains("The words of PAIR-01 changed", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SpecCheck_ConfirmAll_Holds()
    {
        _spec.Lock = null;
        Assert.Equal(0, await RunAsync("spec check --confirm --all"));
    }

    [Theory]
    [InlineData("spec check --confirm", "--confirm needs the ids")]
    [InlineData("spec check --all", "--all needs --confirm")]
    [InlineData("spec check --confirm PAIR-7", "There is no requirement 'PAIR-7'; similar: PAIR-01")]
    [InlineData("spec check --profile piars", "There is no profile 'piars'; did you mean 'pairs'")]
    [InlineData("spec build --out nowhere --profile rooms", "There is no profile 'rooms'; known are pairs")]
    [InlineData("list --profile piars", "There is no profile 'piars'; did you mean 'pairs'")]
    [InlineData("explain PAIR-04 --profile piars", "There is no profile 'piars'; did you mean 'pairs'")]
    [InlineData("explain PIAR-04", "There is no requirement 'PIAR-04'; similar: PAIR-04")]
    [InlineData("list --tags @PAIR-09", "No scenario has the tag '@PAIR-09'; similar: @PAIR-01")]
    [InlineData("list --tags PAIR-01", "No scenario has the tag 'PAIR-01'; similar: @PAIR-01.")]
    [InlineData("list --tags (@PAIR-01", "never closes the parenthesis that it opens at position 1")]
    [InlineData("explain PAIR-01 --report nowhere.json", "nowhere.json cannot be read as a report of verify")]
    public async Task AnyCommand_UsedWrongly_IsExit2WithASentence(string command, string sentence)
    {
        var exception = await Assert.ThrowsAsync<CommandException>(() => RunAsync(command));
        Assert.Equal(ExitCode.Usage, exception.ExitCode);
        Assert.Contains(sentence, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "PAIR-01 PAIR-02 PAIR-03 PAIR-04", 3)]
    [InlineData("--tags @negative", "PAIR-02", 2)]
    [InlineData("--tags @MUST", "PAIR-01 PAIR-03", 1)]
    [InlineData("--tags @PAIR-04", "PAIR-04", 0)]
    public async Task List_Tags_SelectScenariosAndTheirRequirements(string options, string requirements, int scenarios)
    {
        Assert.Equal(0, await RunAsync($"list --output json {options}"));
        using var json = JsonDocument.Parse(_output.ToString());
        Assert.Equal(requirements.Split(' '),
            json.RootElement.GetProperty("requirements").EnumerateArray().Select(entry => entry.GetProperty("id").GetString()!));
        Assert.Equal(scenarios, json.RootElement.GetProperty("scenarios").GetArrayLength());
    }

    [Fact]
    public async Task Explain_RequirementWithScenarios_ShowsClauseAndGherkin()
    {
        Assert.Equal(0, await RunAsync("explain PAIR-01"));
        Assert.Equal(
            """
            PAIR-01  MUST
            Pairing, spec/pairs/01-pairing.md:5

              The relay MUST pair two connections of one token.

            Mentioned by
              PAIR-04  MAY    A client MAY ask, see PAIR-01.

            pairing/a-pair-relays, features/pairs/pairing.feature:7
              @PAIR-01 @MUST
              Scenario: A pair relays
                Given an innocent pair that relays
                When the phone says something
                Then the agent gets it

            """,
            _output.ToString());
    }

    [Fact]
    public async Task Explain_WithReport_SaysWhatHappened()
    {
        var report = Suite.At("report.json");
        await File.WriteAllTextAsync(report, """
            {"suite":{"version":"1","hash":"0000000000000000000000000000000000000000000000000000000000000000"},"seed":1,
             "startedAt":"2026-01-02T03:04:05Z","durationMs":1,"target":{"url":"ws://relay.example/ws"},"conformant":false,"exitCode":1,
             "totals":{"pass":1,"fail":1,"warn":0,"inconclusive":0,"notApplicable":0,"notRun":0},
             "requirements":[{"id":"PAIR-03","level":"MUST","chapter":"Pairing","verdict":"untested","reason":"nobody counts","scenarios":[]},
                             {"id":"PAIR-01","level":"MUST","chapter":"Pairing","verdict":"fail","scenarios":["pairing/a-pair-relays"]}],
             "scenarios":[{"id":"pairing/a-pair-relays","name":"A pair relays","feature":"pairing.feature","tags":[],"durationMs":1,
                           "requirements":["PAIR-01"],"verdict":"fail","message":"The agent got nothing.","expected":"one envelope","actual":"silence"},
                          {"id":"other","name":"Other","feature":"pairing.feature","tags":[],"durationMs":1,"requirements":["PAIR-02"],"verdict":"pass"}]}
            """, TestContext.Current.CancellationToken);

        Assert.Equal(0, await RunAsync($"explain PAIR-01 --report {report}"));

        Assert.EndsWith(
            """
            In the run of 2026-01-02T03:04:05Z against ws://relay.example/ws: fail
              fail           pairing/a-pair-relays
                message:    The agent got nothing.
                expected:   one envelope
                actual:     silence

            """,
            _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void CommandLine_TagAsArgument_IsNoResponseFile()
    {
        var root = new RootCommand { ListCommand.Create() };
        Assert.Empty(CommandLine.Parse(root, ["list", "--tags", "@PAIR-01"]).Errors);
    }

    private Task<int> RunAsync(string command)
    {
        var root = new RootCommand { SpecCommand.Create(), ListCommand.Create(), ExplainCommand.Create() };
        string[] args = [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--suite", Suite.Root];
        return CommandLine.Parse(root, args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = _output });
    }
}
