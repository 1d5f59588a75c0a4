using System.Text.Json.Nodes;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Tests.Load;

/// <summary>A load report with something in every part, made up from a seed; the relay stalls in the middle of it.</summary>
internal static class LoadSample
{
    private const string Hostile = "<img src=x onerror=\"document.title='pwned'\"> \u202Eevil";

    /// <param name="slowness">Multiplies every latency.</param>
    public static LoadReport Create(LoadVerdict verdict = LoadVerdict.Fail, double slowness = 1, int seconds = 60)
    {
        var (valid, fails) = (verdict != LoadVerdict.Invalid, verdict == LoadVerdict.Fail);
        string[] lag = ["Scheduling lag p99 was 41 ms; the generator was the bottleneck."];
        var random = new Random(7);
        return new LoadReport
        {
            Suite = new LoadSuite("0.1.0", new string('a', 64)),
            Verdict = verdict,
            ExitCode = verdict switch { LoadVerdict.Pass => 0, LoadVerdict.Fail => 1, _ => 4 },
            Reasons = verdict switch { LoadVerdict.Pass => [], LoadVerdict.Fail => ["invariant violated: order, once. " + Hostile], _ => lag },
            Validity = new LoadValidity(valid, valid ? [] : lag) { LagP99Us = valid ? 140 : 41_000, GeneratorCpuMax = valid ? 0.42 : 1.98 },
            Config = new LoadConfig
            {
                Hash = new string('b', 64),
                Seed = 7,
                Profile = JsonNode.Parse($$"""
                    {
                      "name": "chat-realistic", "title": "People and agents, a day in a minute",
                      "scenarios": [
                        {
                          "name": "chat", "pairs": 1000, "messages": { "flow": "both", "size": { "bytes": 256 } },
                          "loadSimulations": [
                            { "kind": "ramping", "fromRate": 0, "rate": 20, "durationMs": {{seconds * 250}} },
                            { "kind": "constant", "rate": 20, "durationMs": {{seconds * 750}} }
                          ]
                        }
                      ]
                    }
                    """)!.AsObject(),
            },
            Target = new LoadTarget("reference relay", "ws://127.0.0.1:8080/ws", OnThisHost: true),
            StartedAt = new DateTimeOffset(2026, 11, 21, 3, 0, 0, TimeSpan.Zero),
            DurationMs = (seconds + 1.4) * 1000,
            Totals = new LoadTotals
            {
                Offered = 1_175_000,
                Sent = 1_175_000,
                Delivered = fails ? 1_174_400 : 1_175_000,
                AchievedRatio = fails ? 0.99949 : 1,
                BytesSent = 300_800_000,
                BytesReceived = 300_650_000,
                Connects = 2004,
                Errors = fails ? new Dictionary<string, long> { ["RATE_LIMITED"] = 420, ["PEER_OFFLINE"] = 180 } : [],
                Closes = fails ? new Dictionary<string, long> { ["1008"] = 4 } : [],
                GeneratorCpuSeconds = 21.5,
                RelayCpuSeconds = 34.25,
                RelayRssPeakBytes = 188_000_000,
            },
            Thresholds = [.. Thresholds(verdict)],
            Metrics = [.. Metrics(random, slowness)],
            Series = [.. Enumerable.Range(0, seconds).Select(second => Point(second, seconds, random, slowness, fails))],
            Invariants =
            [
                new InvariantOutcome(Invariant.Isolation, 1_174_400, 0),
                new InvariantOutcome(Invariant.Order, 1_174_400, fails ? 1 : 0) { Examples = fails ? [Violation()] : [] },
                new InvariantOutcome(Invariant.Delivery, 1_174_400, 0),
                new InvariantOutcome(Invariant.Decryption, 0, 0),
            ],
            Decisions =
            [
                new DecisionScore("rate-phone", "chat", 9_900, fails ? 1 : 0, 12)
                {
                    Examples = fails ? ["Message 31 was forwarded although the bucket held at most 0.4."] : [],
                },
            ],
            Tokens = [.. Enumerable.Range(1, 6).Select(part => new TokenUsage(part - 1, "chat", 524_288_000 / part, 524_288_000, 524_288_000 / part))],
        };
    }

    public static LoadReport Capacity() => Create(LoadVerdict.Pass) with
    {
        Capacity = new CapacityAnswer(11_000, 12_000, CapacityLimit.Latency)
        {
            Steps =
            [
                Step(1, SearchPhase.Climb, 1_000, 210, 600),
                Step(2, SearchPhase.Climb, 2_000, 215, 650),
                Step(3, SearchPhase.Climb, 4_000, 230, 800),
                Step(4, SearchPhase.Climb, 8_000, 300, 1_400),
                Step(5, SearchPhase.Climb, 16_000, 400_000, 910_000, "one_way p99 was 910 ms, not < 5 ms."),
                Step(6, SearchPhase.Bisection, 12_000, 900, 21_000, "one_way p99 was 21 ms, not < 5 ms."),
                Step(7, SearchPhase.Bisection, 10_000, 380, 2_300),
                Step(8, SearchPhase.Bisection, 11_000, 450, 3_900),
                Step(9, SearchPhase.Confirmation, 11_000, 455, 4_100),
            ],
        },
    };

    private static Histogram Recorded(IEnumerable<double> values)
    {
        var histogram = new Histogram();
        foreach (var value in values)
            histogram.Record((long)value);
        return histogram;
    }

    private static IEnumerable<ThresholdOutcome> Thresholds(LoadVerdict verdict)
    {
        const string latency = "one_way{size=256} p99 < 5ms over 10s for 3 windows";
        var passes = verdict == LoadVerdict.Pass;
        yield return passes
            ? new ThresholdOutcome(latency, ThresholdResult.Met, 2_210, 5_000, Unit.Microseconds)
            : new ThresholdOutcome(latency, ThresholdResult.Missed, 1_820_000, 5_000, Unit.Microseconds) { Reason = "1.82 s is not < 5 ms." };
        yield return new ThresholdOutcome("achieved/offered >= 0.99", ThresholdResult.Met, 0.99949, 0.99, Unit.Ratio);
        if (!passes)
        {
            yield return new ThresholdOutcome("relay.rss slope < 1MiB over 60s", ThresholdResult.NotJudged, null, 1_048_576, Unit.BytesPerSecond)
            {
                Reason = "The relay's process was not seen.",
            };
        }
    }

    private static InvariantExample Violation() => new(31.482, "chat", 3, "The agent got message 17 after message 18." + Hostile,
    [
        new ExcerptLine(31.481, "phone", ExcerptDirection.Sent, 256, Hostile),
        new ExcerptLine(31.482, "agent", ExcerptDirection.Received, 256, "{\"v\":1,\"type\":\"chat.send\",…"),
    ]);

    private static CapacityStep Step(int number, SearchPhase phase, double rate, double p50, double p99, string? reason = null) =>
        new(number, phase, rate, reason is null ? rate : Math.Min(rate, 11_700), reason is null)
        {
            P50Us = p50,
            P99Us = p99,
            ServiceP99Us = p99 * 0.8,
            RelayCpu = Math.Min(1, rate / 12_500),
            RelayRssBytes = 90_000_000 + (long)rate * 4_000,
            GeneratorCpu = rate / 40_000,
            LagP99Us = 80 + rate / 100,
            Reason = reason,
        };

    private static IEnumerable<LoadMetric> Metrics(Random random, double slowness)
    {
        (Family Family, double Scale, int Count)[] families =
        [
            (Family.OneWay, 240, 40_000), (Family.RoundTrip, 480, 20_000), (Family.FirstToken, 900, 800), (Family.Connect, 2_400, 2_000),
            (Family.Auth, 700, 2_000), (Family.Error, 310, 600),
        ];
        foreach (var (family, scale, count) in families)
        {
            var isOneWay = family == Family.OneWay;
            foreach (var direction in isOneWay ? new[] { "phone-to-agent", "agent-to-phone" } : new string?[] { null })
            {
                var key = new MetricKey(family, Measure.Service, "chat", direction, isOneWay ? "256" : null);
                var service = Enumerable.Range(0, count).Select(_ => slowness * scale * (0.6 + 0.3 * -Math.Log(1 - random.NextDouble()))).ToList();
                var response = service.Select((value, i) => i % 30 == 0 && isOneWay ? value + random.NextDouble() * 2e6 : value + 20).ToList();
                yield return LoadMetric.Of(key, Recorded(service));
                yield return LoadMetric.Of(key with { Measure = Measure.Response }, Recorded(response));
            }
        }
    }

    private static LoadPoint Point(int second, int seconds, Random random, double slowness, bool fails)
    {
        var offered = Math.Min(1, (second + 0.5) / (seconds * 0.25)) * 20_000;
        var stalls = second == seconds / 2 || second == seconds / 2 + 1;
        var shake = 0.9 + random.NextDouble() * 0.2;
        return new LoadPoint
        {
            AtS = second,
            WidthS = 1,
            Offered = offered,
            Achieved = stalls ? 600 : second == seconds / 2 + 2 ? offered * 2.9 : offered,
            P50Us = slowness * (stalls ? 900_000 : 220 * shake),
            P99Us = slowness * (stalls ? 1_900_000 : 950 * shake * (1 + offered / 20_000)),
            ServiceP99Us = slowness * (stalls ? 2_400 : 700 * shake),
            Errors = fails && second % 9 == 4 ? new Dictionary<string, long> { ["RATE_LIMITED"] = 40 + second, ["PEER_OFFLINE"] = 20 } : [],
            Closes = fails && stalls ? new Dictionary<string, long> { ["1008"] = 2 } : [],
            Connections = 2000,
            BytesSent = (long)offered * 256,
            BytesReceived = (long)(stalls ? 600 : offered) * 256,
            RelayCpu = stalls ? 0 : 0.8 * shake * offered / 20_000,
            RelayRssBytes = 90_000_000 + second * 1_600_000L,
            GeneratorCpu = 0.4 * shake * offered / 20_000,
            GeneratorRssBytes = 140_000_000,
            GeneratorGcPauseMs = second % 7 == 0 ? 1.3 : 0,
            LagP99Us = 110 * shake,
        };
    }
}
