using System.Diagnostics;
using CoralMux.Harness.Tests.Commands;

namespace CoralMux.Harness.Tests.Targets;

/// <summary>The null-relay floor: a target that is not a relay passes nothing, and the message says what it is.</summary>
public sealed class UselessTargetTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    public static TheoryData<string, string> Told => new()
    {
        { "nobody", "cannot be reached" },
        { "closes", "closed without an answer to the handshake" },
        { "mute", "no answer to the handshake" },
        { "echo", "our own message" },
        { "same error", "chat.error INVALID_MESSAGE" },
    };

    [Theory]
    [MemberData(nameof(Told))]
    public async Task Verify_AgainstAUselessTarget_ExitsThreeAndSaysWhatItIs(string kind, string said)
    {
        await using var target = Create(kind);
        var started = Stopwatch.GetTimestamp();
        var (exitCode, _, error) = await Cli.RunAsync("verify", target?.Url ?? UselessTarget.NobodyThere(), "--admin-key", "k");
        Assert.Equal(3, exitCode);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(started) < Bound);
    }

    private static UselessTarget? Create(string kind) => kind switch
    {
        "nobody" => null,
        "closes" => new UselessTarget(UselessTarget.CloseAtOnce),
        "mute" => new UselessTarget(UselessTarget.StayMute),
        "echo" => new UselessTarget(UselessTarget.Echo),
        _ => new UselessTarget(UselessTarget.AnswerWithTheSameError),
    };
}
