using CoralMux.Harness.Evidence;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Probing;

/// <summary>Finds out by trying what a relay offers and what its limits are. Each question in a world of its own.</summary>
/// <param name="createWorld">Makes the world of a question.</param>
public sealed class RelayProbe(RunContext context, Func<string, World> createWorld, Findings findings, CancellationToken cancellationToken)
{
    private readonly long _began = context.Time.GetTimestamp();
    private readonly List<Transcript> _transcripts = [];

    /// <param name="slow">Also what takes minutes: the time-outs.</param>
    public async Task RunAsync(bool slow)
    {
        // A fresh token first: only a full bucket shows the rate.
        await AskAsync("rates", async world =>
        {
            await RateProbe.FindAsync(world, PeerName.Phone, findings);
            await RateProbe.FindAsync(world, PeerName.Agent, findings);
        }, "limits.ratePhonePerMinute", "limits.rateAgentPerMinute");
        await AskAsync("http", world => HttpProbe.FindAsync(world, findings, cancellationToken), "features");
        await AskAsync("quota", QuotaAsync, "limits.dailyQuotaBytes");
        await AskAsync("size", world => new SizeProbe(world, findings).FindAsync(), "limits.maxMessageBytes");
        await AskAsync("manners", MannersAsync, "replacement", "roles", "unknown role", "subprotocol");
        string[] timeouts = ["limits.authTimeoutMs", "limits.pingIntervalMs", "limits.idleTimeoutMs"];
        if (slow)
            await AskAsync("time-outs", world => TimeoutProbe.FindAsync(world, findings), timeouts);
        else
            MissAll("it takes up to three minutes; ask for it with --slow", timeouts);
        findings.Missing("limits.monthlyQuotaBytes", "no message says it, and reaching it would take its bytes");
        findings.Missing("limits.drainTimeoutMs", "only a shutdown shows it");
        findings.Missing("limits.stallTimeoutMs", "to find it would fill the relay's queues");
        findings.Missing("limits.maxUnauthenticated", "to find it would take all places for connections without auth");
    }

    public ProbeCost Cost()
    {
        var sent = _transcripts.SelectMany(transcript => transcript.Entries).Where(entry => entry.Direction == Direction.Sent).ToLookup(entry => entry.Kind);
        var messages = sent["text"].Concat(sent["binary"]).ToList();
        var bytes = messages.Sum(entry => entry.Length);
        return new ProbeCost(sent["handshake"].Count(), messages.Count, bytes, sent["http"].Count(), context.Time.GetElapsedTime(_began));
    }

    private async Task AskAsync(string question, Func<World, Task> ask, params string[] keys)
    {
        await using var world = createWorld($"probe {question}");
        _transcripts.Add(world.Transcript);
        try
        {
            await ask(world);
        }
        catch (Exception exception) when (exception is ExpectationException or NotRunException or InconclusiveException)
        {
            MissAll(exception.Message, [.. keys.Where(key => findings.All.All(finding => finding.Key != key))]);
        }
    }

    private async Task QuotaAsync(World world)
    {
        var answer = await world.Cast.ConnectAsync(PeerName.Phone);
        var quota = answer.Number("daily_quota_bytes");
        var used = answer.Number("daily_used_bytes");
        static string Holds(long? number) => number is null ? "lacks" : "holds";
        findings.Feature(
            "quota-report", quota is not null && used is not null, $"auth.ok {Holds(quota)} daily_quota_bytes and {Holds(used)} daily_used_bytes");
        if (quota is > 0)
            findings.Limit("dailyQuotaBytes", quota.Value, "auth.ok says so", limits => limits with { DailyQuotaBytes = quota.Value });
        else
            findings.Missing("limits.dailyQuotaBytes", "auth.ok does not say it");
    }

    private async Task MannersAsync(World world)
    {
        await ReplacementAsync(world);
        await RolesAsync(world);
        await SubprotocolAsync(world);
    }

    private async Task ReplacementAsync(World world)
    {
        await world.Cast.ConnectAsync(PeerName.Phone);
        var former = world.Cast.Peer(PeerName.Phone);
        await world.Cast.ConnectAsync(PeerName.Parse("the newcomer phone"));
        try
        {
            var end = await former.EndAsync("the older of two phones is closed", world.Deadline);
            findings.Note("replacement", $"{end}", "how the older of two connections with one token and role ended");
        }
        catch (ExpectationException exception)
        {
            findings.Missing("replacement", exception.Finding.Actual.ToString());
        }
    }

    private async Task RolesAsync(World world)
    {
        await world.Cast.ConnectAsync(PeerName.Agent);
        findings.Note("roles", $"{world.Target.RoleName(Role.Phone)}, {world.Target.RoleName(Role.Agent)}", "both are let in");
        var client = PeerName.Parse("the strange client");
        var peer = await world.Cast.OpenAsync(client);
        await world.Traffic.SendAsync(client, world.Envelopes.Auth(peer.Token, "robot"));
        var answer = await peer.NextMessageAsync("an answer to an unknown role", world.Deadline);
        findings.Note("unknown role", answer.Type == "auth.ok" ? "let in" : "refused", $"role \"robot\" is answered {answer.Type}");
    }

    private async Task SubprotocolAsync(World world)
    {
        var endpoint = world.Target.Endpoint;
        var offering = endpoint with { Headers = new Dictionary<string, string>(endpoint.Headers) { ["Sec-WebSocket-Protocol"] = "coralmux" } };
        using var timeout = world.Deadline.StartTimer();
        var request = Handshake.Request(offering, Handshake.NewKey());
        var (stream, response) = await WireConnection.OpenRawAsync(offering, request, "client", world.Transcript, timeout.Token);
        await stream.DisposeAsync();
        var chosen = response.Headers.GetValueOrDefault("Sec-WebSocket-Protocol");
        var choice = chosen is null ? ", without a choice" : "";
        findings.Note("subprotocol", chosen ?? "none", $"a handshake that offers \"coralmux\" is answered {response.Status}{choice}");
    }

    private void MissAll(string why, params string[] keys)
    {
        foreach (var key in keys)
            findings.Missing(key, why);
    }
}
