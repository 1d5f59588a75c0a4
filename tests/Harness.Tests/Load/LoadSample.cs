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
    public static LoadReport Create(string verdict = "fail", double slowness = 1, int seconds = 60)
    {
        var valid = verdict != "invalid";
        var random = new Random(7);
        return new LoadReport
        {
            Suite = new LoadSuite("0.1.0", new string('a', 64)),
            Verdict = verdict,
            ExitCode = verdict switch { "pass" => 0, "fail" => 1, _ => 4 },
            Reasons = verdict switch { "pass" => [], "fail" => ["order: 1 violation: " + Hostile], _ => ["Scheduling lag p99 was 41 ms; the generator was the bottleneck."] },
            Validity = new LoadValidity(valid, valid ? [] : ["Scheduling lag p99 was 41 ms; the generator was the bottleneck."]) { LagP99Us = valid ? 140 : 41_000, GeneratorCpuMax = valid ? 0.42 : 1.98 },
            Config = new LoadConfig
            {
                Hash = new string('b', 64),
                Seed = 7,
                Profile = JsonNode.Parse($$"""
                    {"name":"chat-realistic","title":"People and agents, a day in a minute","scenarios":[{"name":"chat","pairs":1000,"messages":{"flow":"both","size":{"bytes":256} },
                     "loadSimulations":[{"kind":"ramping","from":0,"to":20,"durationMs":{{seconds * 250}} },{"kind":"constant","rate":20,"durationMs":{{seconds * 750}} }]}]}
                    """)!.AsObject(),
            },
            Target = new LoadTarget("reference relay", "ws://127.0.0.1:8080/ws", OnThisHost: true),
            StartedAt = new DateTimeOffset(2026, 11, 21, 3, 0, 0, TimeSpan.Zero),
            DurationMs = (seconds + 1.4) * 1000,
            Totals = new LoadTotals
            {
                Offered = 1_175_000,
                Sent = 1_175_000,
                Delivered = verdict == "fail" ? 1_174_400 : 1_175_000,
                AchievedRatio = verdict == "fail" ? 0.99949 : 1,
                BytesSent = 300_800_000,
                BytesReceived = 300_650_000,
                Connects = 2004,
                Errors = verdict == "fail" ? new Dictionary<string, long> { ["RATE_LIMITED"] = 420, ["PEER_OFFLINE"] = 180 } : [],
                Closes = verdict == "fail" ? new Dictionary<string, long> { ["1008"] = 4 } : [],
                GeneratorCpuSeconds = 21.5,
                RelayCpuSeconds = 34.25,
                RelayRssPeakBytes = 188_000_000,
            },
            Thresholds =
            [
                new ThresholdOutcome("one_way{size=256} p99 < 5ms over 10s for 3 windows", verdict == "pass" ? "met" : "missed", verdict == "pass" ? 2_210 : 1_820_000, 5_000, "us") { Reason = verdict == "pass" ? null : "1.82 s is not < 5 ms." },
                new ThresholdOutcome("achieved/offered >= 0.99", "met", 0.99949, 0.99, "ratio"),
                .. verdict == "pass" ? Array.Empty<ThresholdOutcome>() : [new ThresholdOutcome("relay.rss slope < 1MiB over 60s", "not-judged", null, 1_048_576, "bytes_per_second") { Reason = "The relay's process was not seen." }],
            ],
            Metrics = [.. Metrics(random, slowness)],
            Series = [.. Enumerable.Range(0, seconds).Select(second => Point(second, seconds, random, slowness, verdict == "fail"))],
            Invariants =
            [
                new InvariantOutcome("isolation", 1_174_400, 0),
                new InvariantOutcome("order", 1_174_400, verdict == "fail" ? 1 : 0)
                {
                    Examples = verdict == "fail"
                        ? [new InvariantExample(31.482, "chat", 3, "The agent got message 17 after message 18." + Hostile, [new ExcerptLine(31.481, "phone", "sent", 256, Hostile), new ExcerptLine(31.482, "agent", "received", 256, "{\"v\":1,\"type\":\"chat.send\",…")])]
                        : [],
                },
                new InvariantOutcome("delivery", 1_174_400, 0),
                new InvariantOutcome("decryption", 0, 0),
            ],
            Decisions = [new DecisionScore("rate-phone", "chat", 9_900, verdict == "fail" ? 1 : 0, 12) { Examples = verdict == "fail" ? ["Message 31 was forwarded although the bucket held at most 0.4."] : [] }],
            Tokens = [.. Enumerable.Range(0, 6).Select(token => new TokenUsage(token, "chat", 524_288_000 / (token + 1), 524_288_000, 524_288_000 / (token + 1)))],
        };
    }

    public static LoadReport Capacity() => Create("pass") with
    {
        Capacity = new CapacityAnswer(11_000, 12_000, "latency")
        {
            Steps =
            [
                Step(1, "climb", 1_000, 210, 600), Step(2, "climb", 2_000, 215, 650), Step(3, "climb", 4_000, 230, 800), Step(4, "climb", 8_000, 300, 1_400),
                Step(5, "climb", 16_000, 400_000, 910_000, "one_way p99 was 910 ms, not < 5 ms."),
                Step(6, "bisection", 12_000, 900, 21_000, "one_way p99 was 21 ms, not < 5 ms."), Step(7, "bisection", 10_000, 380, 2_300), Step(8, "bisection", 11_000, 450, 3_900),
                Step(9, "confirmation", 11_000, 455, 4_100),
            ],
        },
    };

    public static string Encode(IEnumerable<double> values)
    {
        var histogram = new Histogram();
        foreach (var value in values)
            histogram.Record((long)value);
        return HistogramCodec.Encode(histogram);
    }

    private static CapacityStep Step(int number, string phase, double rate, double p50, double p99, string? reason = null) => new(number, phase, rate, reason is null ? rate : Math.Min(rate, 11_700), reason is null)
    {
        P50Us = p50, P99Us = p99, ServiceP99Us = p99 * 0.8, RelayCpu = Math.Min(1, rate / 12_500), RelayRssBytes = 90_000_000 + (long)rate * 4_000, GeneratorCpu = rate / 40_000, LagP99Us = 80 + rate / 100, Reason = reason,
    };

    private static IEnumerable<LoadMetric> Metrics(Random random, double slowness)
    {
        foreach (var (family, scale, count) in new[] { ("one_way", 240.0, 40_000), ("round_trip", 480, 20_000), ("first_token", 900, 800), ("connect", 2_400, 2_000), ("auth", 700, 2_000), ("error", 310, 600) })
        {
            foreach (var direction in family == "one_way" ? new[] { "phone-to-agent", "agent-to-phone" } : [""])
            {
                var labels = new Dictionary<string, string> { ["scenario"] = "chat" };
                if (direction.Length > 0)
                    (labels["direction"], labels["size"]) = (direction, "256");
                var service = Enumerable.Range(0, count).Select(_ => slowness * scale * (0.6 + 0.3 * -Math.Log(1 - random.NextDouble()))).ToList();
                yield return Metric(family, "service", labels, service);
                yield return Metric(family, "response", labels, [.. service.Select((value, i) => i % 30 == 0 && family == "one_way" ? value + random.NextDouble() * 2e6 : value + 20)]);
            }
        }
    }

    private static LoadMetric Metric(string family, string kind, Dictionary<string, string> labels, IReadOnlyList<double> values)
    {
        var text = Encode(values);
        var histogram = HistogramCodec.Decode(text);
        var summary = histogram.Summarise();
        return new LoadMetric(family, kind, labels)
        {
            Count = summary.Count, MinUs = summary.Min, MeanUs = summary.Mean, StdDevUs = summary.StdDev, MaxUs = summary.Max,
            P50Us = histogram.ValueAt(50), P90Us = histogram.ValueAt(90), P95Us = histogram.ValueAt(95), P99Us = histogram.ValueAt(99), P999Us = histogram.ValueAt(99.9), P9999Us = histogram.ValueAt(99.99),
            Histogram = text,
        };
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
