using System.Text.Json;
using CoralMux.Harness.Tests.Commands;

namespace CoralMux.Harness.Tests.Targets.Tokens;

/// <summary>A real relay with two tokens given by hand: the same verdicts as with tokens made at will.</summary>
public sealed class FewTokensTests : IDisposable
{
    /// <summary>Ordinary ones, one with another pair, one that the operator is needed for, and one that spends its token.</summary>
    private const string Selection = "@PAIR-24 or @PAIR-60 or @LIM-14 or @LIM-17 or @LIM-18 or @PAIR-10 or @PAIR-49";

    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux-few-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Verify_WithFewTokens_GivesTheSameVerdictsExceptWhereTheOperatorIsNeeded()
    {
        await using var relay = await ReferenceRelay.StartAsync("-rate-phone", "6000", "-rate-agent", "6000", "-daily-quota", "20000000");
        var file = Path.Combine(_directory, "target.json");
        await WriteAsync(file, $$"""
            { "url": "{{relay.Url}}", "limits": { "ratePhonePerMinute": 6000, "rateAgentPerMinute": 6000, "dailyQuotaBytes": 20000000 } }
            """);
        var tokens = await relay.MakeTokensAsync(3);

        string[] verify = ["verify", "--target", file, "--tags", Selection, "--out"];
        await Cli.RunAsync([.. verify, Path.Combine(_directory, "many"), "--admin-key", ReferenceRelay.AdminKey]);
        var (_, said, error) = await Cli.RunAsync([.. verify, Path.Combine(_directory, "few"), .. tokens.SelectMany(token => new[] { "--token", token })]);

        Assert.Contains("3 tokens, given by hand: scenarios run one after the other", said, StringComparison.Ordinal);
        Assert.DoesNotContain(tokens[0], said + error, StringComparison.Ordinal);
        var (many, few) = (Verdicts("many"), Verdicts("few"));
        Assert.All(many.Values, verdict => Assert.Equal("pass", verdict));
        var differing = many.Keys.Where(id => few[id] != many[id]).ToList();
        Assert.All(differing, id => Assert.Equal("not-run", few[id]));
        Assert.Equal(["pairing/a-deleted-token-is-gone-and-its-connections-with-it"], differing);
    }

    [Fact]
    public async Task Verify_WithAWrongToken_ExitsTwoAndSaysWhichWithoutSpellingIt()
    {
        await using var relay = await ReferenceRelay.StartAsync();
        var good = (await relay.MakeTokensAsync(1))[0];
        const string Wrong = "oc_pair_00000000000000000000000000000000";
        var (exitCode, _, error) = await Cli.RunAsync("verify", relay.Url, "--token", good, "--token", Wrong);
        Assert.Equal(2, exitCode);
        Assert.Contains("Token 2 of 2 cannot be used", error, StringComparison.Ordinal);
        Assert.DoesNotContain(Wrong, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_WithNothingButSelfRegistration_RegistersItsTokens()
    {
        await using var relay = await ReferenceRelay.StartAsync("-rate-phone", "6000", "-rate-agent", "6000");
        var file = Path.Combine(_directory, "target.json");
        await WriteAsync(file, $$"""
            { "url": "{{relay.Url}}", "features": ["self-registration"], "limits": { "ratePhonePerMinute": 6000, "rateAgentPerMinute": 6000 } }
            """);
        var (_, said, _) = await Cli.RunAsync("verify", "--target", file, "--tags", "@PAIR-24", "--out", Path.Combine(_directory, "registered"));
        Assert.Contains("5 tokens, had by self-registration", said, StringComparison.Ordinal);
        Assert.All(Verdicts("registered").Values, verdict => Assert.Equal("pass", verdict));
    }

    private Dictionary<string, string> Verdicts(string run)
    {
        using var report = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_directory, run, "report.json")));
        return report.RootElement.GetProperty("scenarios").EnumerateArray()
            .ToDictionary(scenario => scenario.GetProperty("id").GetString()!, scenario => scenario.GetProperty("verdict").GetString()!);
    }

    private static Task WriteAsync(string file, string text) => File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
}
