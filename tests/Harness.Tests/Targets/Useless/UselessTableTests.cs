using CoralMux.Harness.Targets;
using CoralMux.Harness.Tests.Protocol;

namespace CoralMux.Harness.Tests.Targets.Useless;

/// <summary>The committed table of useless relays is what the suite says today; CORALMUX_REMAKE=1 writes it anew.</summary>
public sealed class UselessTableTests
{
    private static readonly (string Relay, string Words)[] Strangers =
    [
        ("nobody", "nobody listens"), ("closes", "closes every connection at once"), ("mute", "accepts and stays mute"),
        ("echo", "echoes everything"), ("same error", "answers everything with the same error"),
    ];

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
        var rows = new List<UselessRow>();
        foreach (var (relay, words) in Strangers)
        {
            await using var server = UselessTargetTests.Create(relay);
            var description = new TargetDescription
            {
                Url = server?.Url ?? UselessTarget.NobodyThere(),
                AdminKey = "k",
                Features = ["admin-api", "self-registration", "metrics", "quota-report", "tls"],
                Tokens = [.. Enumerable.Range(0, 2_000).Select(i => $"oc_pair_{i:x32}")],
            };
            rows.Add(UselessRow.Of(relay, words, knows: false, (await UselessRun.OfAsync(description)).Judgement));
        }

        foreach (var (fault, words) in Small)
            rows.Add(UselessRow.Of(fault.ToString(), words, knows: true, (await UselessRun.OfAsync(fault)).Judgement));

        var table = new UselessTable(rows);
        if (Environment.GetEnvironmentVariable("CORALMUX_REMAKE") is "1")
        {
            await File.WriteAllTextAsync(Markdown, table.ToMarkdown(), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.ChangeExtension(Markdown, ".json"), table.ToJson(), TestContext.Current.CancellationToken);
        }

        Assert.All(rows.Where(row => !row.Knows), row => Assert.Empty(row.Passed));
        Assert.All(rows.Where(row => row.Relay != nameof(Fault.None)), row => Assert.NotEqual(0, row.ExitCode));
        Assert.Equal(await File.ReadAllTextAsync(Path.ChangeExtension(Markdown, ".json"), TestContext.Current.CancellationToken), table.ToJson());
        Assert.Equal(await File.ReadAllTextAsync(Markdown, TestContext.Current.CancellationToken), table.ToMarkdown());
    }
}
