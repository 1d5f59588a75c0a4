using System.Text;
using System.Text.Json;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>What health and metrics say of the relay as a whole; in scenarios that run alone.</summary>
[Binding]
public sealed class HealthSteps(World world)
{
    /// <summary>By when the counts must be right (OPS-04).</summary>
    private static readonly TimeSpan UpToDate = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private (long Connections, long Sessions) _before;

    [Given("the counts of health are noted")]
    public async Task TheCountsAreNoted()
    {
        // Those who have just left may be counted for a while (OPS-04); the innocent pair alone is all there can be less of.
        var began = world.Time.GetTimestamp();
        while ((_before = await ReadAsync()) != (2, 1) && world.Time.GetElapsedTime(began) < UpToDate)
            await Task.Delay(BetweenLooks, world.Time, world.CancellationToken);
    }

    [Then("health counts {int} connection(s) and {int} session(s) more")]
    public async Task HealthCountsMore(int connections, int sessions)
    {
        var expected = (_before.Connections + connections, _before.Sessions + sessions);
        var began = world.Time.GetTimestamp();
        while (true)
        {
            var seen = await ReadAsync();
            if (seen == expected)
                return;
            if (world.Time.GetElapsedTime(began) > UpToDate)
                throw new ExpectationException($"connections {expected.Item1} and sessions {expected.Item2} in /health within {UpToDate.TotalSeconds} s", $"connections {seen.Connections}, sessions {seen.Sessions}");
            await Task.Delay(BetweenLooks, world.Time, world.CancellationToken);
        }
    }

    [When("{peer} connects and leaves {int} times")]
    public async Task ConnectsAndLeaves(PeerName peer, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await world.Cast.ConnectAsync(peer);
            await world.Cast.Peer(peer).CloseAsync(1000, world.Deadline);
        }
    }

    [Then("its uptime is in whole seconds and grows with the clock")]
    public async Task UptimeGrows()
    {
        var began = world.Time.GetTimestamp();
        var first = await UptimeAsync();
        await Task.Delay(TimeSpan.FromSeconds(1.5), world.Time, world.CancellationToken);
        var second = await UptimeAsync();
        var passed = world.Time.GetElapsedTime(began).TotalSeconds;
        if (second - first < 1 || second - first > passed + 1)
            throw new ExpectationException($"uptime_sec grows by 1 to {passed + 1:0.#} in {passed:0.0} s", $"it went from {first} to {second}");
    }

    private async Task<long> UptimeAsync()
    {
        var answer = await AdminApi.SendAsync(world.Target, HttpMethod.Get, AdminApi.Health, null, world.Transcript, world.CancellationToken);
        return answer.Json("uptime_sec") is { ValueKind: JsonValueKind.Number } seconds && seconds.TryGetInt64(out var whole)
            ? whole
            : throw new ExpectationException("uptime_sec as a whole number", $"it is {answer.Json("uptime_sec")}");
    }

    private async Task<(long Connections, long Sessions)> ReadAsync()
    {
        var answer = await AdminApi.SendAsync(world.Target, HttpMethod.Get, AdminApi.Health, null, world.Transcript, world.CancellationToken);
        long Read(string member) => answer.Json(member) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value)
            ? value
            : throw new ExpectationException($"a number {member} in /health", Encoding.UTF8.GetString(answer.Body.Span));
        return (Read("connections"), Read("sessions"));
    }
}
