using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CoralMux.Bench;

if (args.Contains("--help"))
{
    Console.WriteLine("""
        coralmux-bench [closed] [pipelined] [large] [latency] [idle] [connects] [drain] [--rounds N] [--seconds N] [--warmup N] [--relay FILE]

        Measures the relay, HAProxy in TCP mode (if it is installed) and direct connections in turn, and prints the
        median of the rounds and the ratio to HAProxy. Without a name: everything.

        coralmux-bench discard [--port N]

        A target that swallows everything, to measure a load generator against (bench/generator.sh). Prints its URL.
        """);
    return 0;
}

if (args.Contains("discard"))
{
    await new Discard().RunAsync(Option("--port", 0));
    return 0;
}

var rounds = Option("--rounds", 3);
TimeSpan length = TimeSpan.FromSeconds(Option("--seconds", 5));
TimeSpan warmUp = TimeSpan.FromSeconds(Option("--warmup", 12));
var relayAt = Array.IndexOf(args, "--relay");
var program = relayAt >= 0 ? args[relayAt + 1] : Path.Combine(AppContext.BaseDirectory, "../../../../src/ReferenceRelay/bin/Release/net10.0/coralmux-relay");
var hasHaproxy = File.Exists("/usr/sbin/haproxy");
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

if (Wanted("closed")) await CompareAsync("closed loop", 100, Measurements.ClosedLoopAsync, "msg/s", 1);
if (Wanted("pipelined")) await CompareAsync("pipelined", 100, Measurements.PipelinedAsync, "msg/s", 1);
if (Wanted("large")) await CompareAsync("5 MB", 10, Measurements.LargeAsync, "MB/s", 1e-6);
if (Wanted("latency"))
{
    double[] percentiles = [0.5, 0.99];
    foreach (var percentile in percentiles)
        await CompareAsync(
            percentile == 0.5 ? "latency p50" : "latency p99", 100,
            async (pairs, time) => At(await Measurements.LatencyAsync(pairs, 1000, time), percentile), "us", 1);
}

if (Wanted("connects"))
{
    using var relay = new RelayChild(program);
    await IdleFleet.ConnectsPerSecondAsync(relay, length / 2);
    Console.WriteLine($"{"connects",-15} relay {await IdleFleet.ConnectsPerSecondAsync(relay, length):F0} authenticated connects/s");
}

if (Wanted("drain")) await Drain.MeasureAsync(program, 1000);
if (Wanted("idle")) await IdleFleet.MeasureAsync(program, 10_000);
return 0;

async Task CompareAsync(string name, int count, Func<Pairs, TimeSpan, Task<double>> measure, string unit, double scale)
{
    List<double> relayed = [], proxied = [], direct = [];
    List<double> relayCpu = [], proxyCpu = [];
    for (var round = 0; round < rounds; round++)
    {
        using (var relay = new RelayChild(program))
        {
            // The program people run has been up for a while: let the compiler finish before the clock starts.
            await Measurements.ClosedLoopAsync(await Pairs.ThroughRelayAsync(relay, 100), warmUp);
            await measure(await Pairs.ThroughRelayAsync(relay, count), TimeSpan.FromSeconds(2));
            var pairs = await Pairs.ThroughRelayAsync(relay, count);
            var before = relay.Cpu;
            relayed.Add(scale * await measure(pairs, length));
            relayCpu.Add((relay.Cpu - before) / (length * 1.2));
        }

        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1024);
        var agents = (IPEndPoint)listener.LocalEndPoint!;
        if (hasHaproxy)
        {
            using var proxy = new HaproxyChild(agents);
            (await listener.AcceptAsync()).Dispose();
            await measure(await Pairs.ThroughTcpAsync(listener, proxy.Address, count), TimeSpan.FromSeconds(1));
            var pairs = await Pairs.ThroughTcpAsync(listener, proxy.Address, count);
            var before = proxy.Cpu;
            proxied.Add(scale * await measure(pairs, length));
            proxyCpu.Add((proxy.Cpu - before) / (length * 1.2));
        }

        direct.Add(scale * await measure(await Pairs.ThroughTcpAsync(listener, agents, count), length));
    }

    var baseline = hasHaproxy
        ? $"haproxy {Median(proxied):F0} {unit} ({Median(proxyCpu):P0} CPU), direct {Median(direct):F0} {unit}; "
            + $"relay/haproxy {Median(relayed) / Median(proxied):F2} (rounds {string.Join(' ', relayed.Zip(proxied, (r, p) => $"{r / p:F2}"))})"
        : $"haproxy is not installed, direct {Median(direct):F0} {unit}; relay/direct {Median(relayed) / Median(direct):F2}";
    Console.WriteLine($"{name,-15} relay {Median(relayed):F0} {unit} ({Median(relayCpu):P0} CPU), {baseline}");
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

static double At(double[] sorted, double percentile) => sorted[(int)(percentile * (sorted.Length - 1))];

int Option(string name, int otherwise)
{
    var at = Array.IndexOf(args, name);
    return at < 0 ? otherwise : int.Parse(args[at + 1], CultureInfo.InvariantCulture);
}

bool Wanted(string name)
{
    string[] names = ["closed", "pipelined", "large", "latency", "idle", "connects", "drain"];
    return !args.Intersect(names).Any() || args.Contains(name);
}
