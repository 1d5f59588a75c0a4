using CoralMux.Harness.Basics;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Tests.Protocol;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Tests.Targets.Useless;

/// <summary>The committed table of useless relays equals the results of the suite; CORALMUX_REMAKE=1 writes it again.</summary>
public sealed class UselessTableTests
{
    private static readonly (string Relay, string Words, Uselessness? Serve)[] Strangers =
    [
        ("nobody", "nobody listens", null),
        ("closes", "closes every connection at once", UselessTarget.CloseAtOnce),
        ("mute", "accepts and stays mute", UselessTarget.StayMute),
        ("echo", "echoes everything", UselessTarget.Echo),
        ("same-error", "answers everything with the same error", UselessTarget.AnswerWithTheSameError),
    ];

    /// <summary>Everything, and tokens enough: nothing is spared for want of a claim or a token.</summary>
    private static readonly TargetDescription ClaimsEverything = new()
    {
        AdminKey = "k",
        Tokens = [.. Enumerable.Range(0, 20).Select(i => $"oc_pair_{i:x32}")],
        Features = ["admin-api", "self-registration", "trusted-proxies", "metrics", "quota-report", "tls"],
    };

    private static readonly (Fault Fault, string Words)[] Small =
    [
        (Fault.None, "small relay, whole"), (Fault.AcceptsAnyToken, "accepts any token"), (Fault.AcceptsNoToken, "accepts no token"),
        (Fault.PairsEverybody, "pairs everybody with everybody"), (Fault.ForwardsEverything, "forwards everything, reserved types too"),
        (Fault.ForwardsNothing, "answers correctly, forwards nothing"), (Fault.AnswersNoError, "forwards, but answers no error"),
        (Fault.ClosesOnEveryError, "closes on every error"),
    ];

    private static string Markdown => Path.Combine(Repository.Root, "reports", "useless-relays.md");

    [Fact]
    public async Task CommittedTable_IsWhatTheSuiteSaysToday()
    {
        var json = Path.ChangeExtension(Markdown, ".json");
        var committed = UselessTable.OfJson(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken));
        var rows = new List<UselessRow>();
        foreach (var (relay, words, serve) in Strangers)
        {
            var judgement = await UselessRun.OfAsync(serve is null ? null : () => serve, ClaimsEverything, committed.PassedBy(relay));
            Assert.DoesNotContain(judgement.Requirements, result => result.Verdict is Verdict.Pass or Verdict.Warn);
            Assert.NotEqual(ExitCode.Conformant, judgement.ExitCode);
            rows.Add(UselessRow.Of(relay, words, judgement));
        }

        foreach (var (fault, words) in Small)
        {
            var judgement = await UselessRun.OfAsync(fault, committed.PassedBy(fault.ToString()));
            Assert.NotEqual(ExitCode.Conformant, judgement.ExitCode);
            rows.Add(UselessRow.Of(fault.ToString(), words, judgement));
        }

        var table = new UselessTable(rows);
        if (Environment.GetEnvironmentVariable("CORALMUX_REMAKE") is "1")
        {
            await File.WriteAllTextAsync(Markdown, table.ToMarkdown(), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(json, table.ToJson(), TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken), table.ToJson());
        Assert.Equal(await File.ReadAllTextAsync(Markdown, TestContext.Current.CancellationToken), table.ToMarkdown());
    }
}
