using System.Text;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Reports;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Tests.Reports;

/// <summary>A run against a relay that sends whatever might hurt a reader of reports: markup, control characters, bytes that are not text.</summary>
internal static class HostileRun
{
    /// <summary>Each on its own would break a report that trusts what it shows.</summary>
    public const string Poison =
        "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">]]></failure><!-- "
        + "\0\u0001\u001b[31m\u007f\u0085\u2028\u202Egnp.exe\uFFFE\uFFFD ```\n| @everyone | [x](javascript:alert(1)) `&amp;` '\"";

    private static readonly RequirementRegister Register = new(
    [
        new SpecFile("02-transport.md", """
            # 2 Transport (TRN)

            **TRN-01** The relay MUST listen.

            **TRN-02** The relay SHOULD answer <b>kindly</b>.

            **TRN-03** `feature: metrics` The relay MUST count.
            """),
        new SpecFile("04-pairing.md", """
            # 4 Pairing (PAIR)

            **PAIR-01** The relay MUST pair.

            **PAIR-02** The relay MUST NOT guess.
            """),
    ]);

    /// <summary>Every verdict once, a breach noticed in passing, and a known failure.</summary>
    public static RunReport Create(bool withKnownFailures = true)
    {
        IReadOnlyList<ScenarioResult> results =
        [
            Failed("transport/a-relay-listens", "TRN-01", Verdict.Fail, $"it received {Poisonous(innocentRounds: 1)}"),
            Failed("transport/a-relay-answers", "TRN-02", Verdict.Warn, $"{new Silence("phone", TimeSpan.FromSeconds(10), null)}"),
            ScenarioResult.Skipped(Scenario("transport/a-relay-counts", "TRN-03"), Verdict.NotApplicable, "the target does not claim the feature metrics"),
            Passed("pairing/a-relay-pairs", "PAIR-01") with
            {
                Violations = [new Violation("agent", "PAIR-02", "no guess", $"a second time {Poisonous(innocentRounds: 2)}")],
            },
            Passed("pairing/a-relay-does-not-guess", "PAIR-02"),
            Inconclusive("pairing/a-relay-is-quick", "PAIR-01"),
            ScenarioResult.Skipped(Scenario("pairing/a-relay-rests", "PAIR-01"), Verdict.NotRun, "the run was interrupted"),
        ];
        IReadOnlyList<KnownFailure> known = withKnownFailures
            ?
            [
                new KnownFailure("TRN-01", null, "It is <i>known</i>.", "https://example.com/1", null),
                new KnownFailure("PAIR-01", "pairing/a-relay-pairs", "Once it did.", "#2", null),
            ]
            : [];
        var target = new TargetDescription { Url = "ws://127.0.0.1:1/ws", Name = "Relay " + Poison, Version = Poison };
        var startedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
        var judgement = Judgement.Over(
            Register, results, new Dictionary<string, string>(), target.Features.Contains, strict: false, interrupted: false, known, new DateOnly(2026, 1, 2));
        return new RunReport(new string('0', 64), 42, target, startedAt, TimeSpan.FromSeconds(1.5), judgement, results)
        {
            Options = new RunOptions(["verify", "ws://127.0.0.1:1/ws", "--target", "it's mine.json"]),
        };
    }

    private static Scenario Scenario(string id, string requirement) => new(
        id,
        $"{id.Split('/')[1].Replace('-', ' ')} <em>& more</em>",
        id.Split('/')[0] == "pairing" ? "Pairing" : "Transport",
        id.Split('/')[0] + ".feature",
        7,
        ["@" + requirement, "@negative"],
        [
            new ScenarioStep(StepKind.Given, "Given", KnownProfiles.Default.Steps.TextOf(StepRole.PositiveControl), null, null, 3),
            new ScenarioStep(StepKind.When, "When", "the phone sends these frames", [["opcode", "payload"], ["text", "hex: <80>"]], null, 8),
            new ScenarioStep(StepKind.Then, "Then", "the phone is answered with INVALID_MESSAGE", null, "a \"text\"\n</pre>", 9),
            new ScenarioStep(StepKind.Then, "And", KnownProfiles.Default.Steps.TextOf(StepRole.LivenessCheck), null, null, 10),
        ]);

    private static readonly Party[] Cast =
    [
        new("innocent phone", Side.Left, IsControl: true), new("innocent agent", Side.Right, IsControl: true),
        new("phone", Side.Left, IsControl: false), new("agent", Side.Right, IsControl: false),
    ];

    /// <summary>What the phone received last, as a step finds it.</summary>
    private static ReceivedMessage Poisonous(int innocentRounds)
    {
        var transcript = Transcript(innocentRounds);
        var entry = transcript.FindLastIndex(entry => entry.Direction == Direction.Received && entry.Connection == "phone" && entry.Kind == "text");
        return new ReceivedMessage(transcript[entry].Bytes, IsText: true, default) { Entry = entry };
    }

    private static ScenarioResult Failed(string id, string requirement, Verdict verdict, Sentence actual)
    {
        var scenario = Scenario(id, requirement);
        var (duration, message) = (TimeSpan.FromMilliseconds(31.25), $"expected better; {actual}");
        var finding = new Finding("chat.error INVALID_MESSAGE", actual);
        return new ScenarioResult(scenario, verdict, duration, message, finding, scenario.Steps[2], [], Transcript(innocentRounds: 1))
        {
            Cast = Cast,
            About = ["phone"],
        };
    }

    private static ScenarioResult Inconclusive(string id, string requirement)
    {
        var scenario = Scenario(id, requirement);
        const string Message = "the jitter was larger than the margin";
        return new ScenarioResult(
            scenario, Verdict.Inconclusive, TimeSpan.FromSeconds(2), Message, null, scenario.Steps[1], [], Transcript(innocentRounds: 1));
    }

    private static ScenarioResult Passed(string id, string requirement) =>
        new(Scenario(id, requirement), Verdict.Pass, TimeSpan.FromMilliseconds(12), null, null, null, [], Transcript(innocentRounds: 2)) { Cast = Cast };

    private static List<TranscriptEntry> Transcript(int innocentRounds)
    {
        var entries = new List<TranscriptEntry>();
        void Add(string connection, Direction direction, string kind, byte[] content, string? note = null)
        {
            var at = TimeSpan.FromMilliseconds(1.125 * entries.Count);
            entries.Add(new TranscriptEntry(at, connection, direction, kind, content.Length, content, null, note));
        }

        void Text(string connection, Direction direction, string text) => Add(connection, direction, "text", Encoding.UTF8.GetBytes(text));
        void Connect(string connection)
        {
            Add(connection, Direction.Sent, "handshake", "GET /ws HTTP/1.1\n"u8.ToArray());
            Add(connection, Direction.Received, "handshake", "101 Switching Protocols\n"u8.ToArray());
        }

        Connect("innocent phone");
        Connect("innocent agent");
        Connect("phone");
        Connect("agent");
        for (var round = 0; round < innocentRounds; round++)
        {
            Text("innocent phone", Direction.Sent, $"{{\"type\":\"chat.send\",\"id\":\"{round}a\"}}");
            Text("innocent agent", Direction.Received, $"{{\"type\":\"chat.send\",\"id\":\"{round}a\"}}");
            Text("innocent agent", Direction.Sent, $"{{\"type\":\"chat.done\",\"id\":\"{round}b\"}}");
            Text("innocent phone", Direction.Received, $"{{\"type\":\"chat.done\",\"id\":\"{round}b\"}}");
        }

        for (var i = 0; i < 40; i++)
        {
            var (connection, direction) = i % 2 == 0 ? ("phone", Direction.Sent) : ("agent", Direction.Received);
            Text(connection, direction, $"{{\"type\":\"chat.send\",\"id\":\"{i:x4}\",\"payload\":{{\"text\":\"hello\"}}}}");
        }

        Add("phone", Direction.Sent, "binary", [0x80, 0xFF, 0x00, 0x3C, 0x2F]);
        const string Opened = "{\"text\":\"opened <b>by</b> the harness\"}";
        entries.Add(entries[^1] with { Connection = "agent", Direction = Direction.Received, Kind = "text", Opened = Opened });
        Text("agent", Direction.Received, Poison);
        Text("phone", Direction.Received, Poison);
        Add("phone", Direction.Received, "close", [0x03, 0xF0, .. Encoding.UTF8.GetBytes("</svg><script>1</script>")], Poison);
        Add("phone", Direction.Local, "note", [], "the relay ended the TCP connection");
        return entries;
    }
}
