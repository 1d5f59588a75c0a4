using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Tests.Targets;

namespace CoralMux.Harness.Tests.Protocol;

/// <summary>What every scenario notices in passing, on a server that answers each message with the same bytes.</summary>
public sealed class PassingNoticeTests
{
    private const string Id = "7f0e5c1e-6c1b-4c3e-9f0a-2b8a4a1d9c10";

    [Theory]
    [InlineData("ENV-02", """{"v":1,"type":"pong","id":"%","ts":1767225600000,"payload":null}""")]
    [InlineData("ENV-02", """{"v":1,"type":"pong","id":"%","ts":1767225600,"payload":{}}""")]
    [InlineData("ENV-02", """{"v":1,"type":"chat.error","id":"%","ts":1767225600000,"payload":{"code":"OOPS","message":"no"}}""")]
    [InlineData("ENV-04", """{"v":1,"type":"welcome","id":"%","ts":1767225600000,"payload":{}}""")]
    [InlineData("ENV-04", "hello")]
    [InlineData(null, """{"v":1,"type":"pong","id":"%","ts":1767225600000,"payload":{}}""")]
    public async Task Inspect_OfWhatTheServerSent_BlamesTheRequirement(string? requirement, string answer)
    {
        var bytes = Encoding.UTF8.GetBytes(answer.Replace("%", Id, StringComparison.Ordinal));
        var violations = await ExchangeAsync(_ => bytes, "first", answer.Contains("pong", StringComparison.Ordinal));
        Assert.Equal(requirement is null ? [] : new[] { requirement }, violations);
    }

    [Fact]
    public async Task Inspect_OfAnEcho_BlamesTheDeliveryToTheSender() =>
        Assert.Equal(["PAIR-61"], await ExchangeAsync(message => message, """{"v":1}"""));

    [Fact]
    public async Task Inspect_OfInvalidUtf8_BlamesTheRelay() =>
        Assert.Contains("TRN-14", await ExchangeAsync(_ => [0xFF], "first"));

    private static async Task<IReadOnlyList<string>> ExchangeAsync(Func<byte[], byte[]> answer, string message, bool answerIsAPong = false)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = new UselessTarget((stream, token) =>
            UselessTarget.ServeWebSocketAsync(stream, frame => answer(frame.Payload.ToArray()), token));
        using var target = Target.Create(new TargetDescription { Url = server.Url, Tokens = ["t"] });
        using var context = new RunContext(target, SchemaCatalog.Load(Suite.BuiltIn), TimeProvider.System, TimeSpan.FromSeconds(10), Seed: 1);
        await using var world = new PairsRun(context).CreateWorld("test", cancellationToken);
        var peer = await world.Cast.OpenAsync(PeerName.Phone);
        await world.Traffic.SendAsync(PeerName.Phone, Encoding.UTF8.GetBytes(message));
        await (answerIsAPong ? peer.NextPongAsync("a pong", world.Deadline) : peer.NextMessageAsync("a message", world.Deadline));

        world.Inspect();
        return [.. world.Violations.All.Select(violation => violation.Requirement)];
    }
}
