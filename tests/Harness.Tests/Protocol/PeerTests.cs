using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Tests.Targets;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Tests.Protocol;

/// <summary>What the harness itself must do as a client (KEEP-10), on a server that answers a ping on demand and repeats the type of all else.</summary>
public sealed class PeerTests
{
    private const string Id = "7f0e5c1e-6c1b-4c3e-9f0a-2b8a4a1d9c10";

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public async Task Ping_OfTheRelay_IsAnsweredWithAPongOnceItIsAuthenticated(bool authenticated, bool answersPings, bool answered)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var pongs = new List<byte[]>();
        await using var server = new UselessTarget((stream, token) => UselessTarget.ServeWebSocketAsync(stream, frame => Answer(frame, pongs), token));
        using var target = Target.Create(new TargetDescription { Url = server.Url, Tokens = ["t"] });
        var schemas = SchemaCatalog.Load(Suite.BuiltIn);
        using var context = new RunContext(target, schemas, TimeProvider.System, TimeSpan.FromSeconds(10), Seed: 1);
        await using var world = new PairsRun(context).CreateWorld("test", cancellationToken);
        var peer = await world.Cast.OpenAsync(PeerName.Phone);
        peer.AnswersPings = answersPings;

        foreach (var type in authenticated ? ["auth", "demand"] : new[] { "demand" })
            await SendAsync(world, type);
        // The peer answers before it reads on: the pong, if any, is heard before the last.
        await SendAsync(world, "first");
        var types = new List<string?>();
        while (!types.Contains("heard first"))
            types.Add((await peer.NextMessageAsync("a message", world.Deadline)).Type);
        await SendAsync(world, "last");
        while (!types.Contains("heard last"))
            types.Add((await peer.NextMessageAsync("a message", world.Deadline)).Type);

        Assert.Equal(answered, types.Contains("heard pong"));
        Assert.All(pongs, pong => Assert.Empty(schemas.ValidateRelayEnvelope(pong)));
    }

    private static Task SendAsync(World world, string type) => world.Traffic.SendAsync(PeerName.Phone, Envelope(type));

    private static byte[] Answer(Frame frame, List<byte[]> pongs)
    {
        var type = new ReceivedMessage(frame.Payload, IsText: true, default).Type;
        if (type == "pong")
            pongs.Add(frame.Payload.ToArray());
        return Envelope(type switch { "auth" => "auth.ok", "demand" => "ping", _ => $"heard {type}" });
    }

    private static byte[] Envelope(string type) => Encoding.UTF8.GetBytes($$"""{"v":1,"type":"{{type}}","id":"{{Id}}","ts":1767225600000,"payload":{} }""");
}
