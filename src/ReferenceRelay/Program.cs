using System.Runtime.InteropServices;
using CoralMux.ReferenceRelay;
using CoralMux.ReferenceRelay.Basics;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Telemetry;

const int failed = 1, wrongUsage = 2;

// Socket completions run where they are found instead of on another thread: nothing in this program blocks there.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

var parsed = Composition.Parse(args, Environment.GetEnvironmentVariable);
if (parsed.Help || parsed.Version)
{
    Console.WriteLine(parsed.Help ? HelpText.Build(Composition.Settings).TrimEnd() : HelpText.Version);
    return 0;
}

if (parsed.Options is not { } options)
{
    foreach (var error in parsed.Errors)
        Console.Error.WriteLine("coralmux-relay: " + error);
    return wrongUsage;
}

if (OffsetClock.FromEnvironment(Environment.GetEnvironmentVariable) is not { } clock)
{
    Console.Error.WriteLine($"coralmux-relay: {OffsetClock.Variable} must be a time, for example 90s or -12h");
    return wrongUsage;
}

// An orderly stop (TRN-32).
var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

try
{
    await using var relay = await RelayHost.StartAsync(options, clock, logging => LogOutput.Configure(logging, options));
    Console.WriteLine($"listening on {relay.Address.GetLeftPart(UriPartial.Authority)}");
    using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        context.Cancel = true;
        relay.Reload(Composition.Parse(args, Environment.GetEnvironmentVariable));
    });
    if (Environment.GetEnvironmentVariable("RELAY_EXIT_WITH_STDIN") == "1")
        _ = StopWithStandardInputAsync();
    await stop.Task;
    await relay.StopAsync();
    return 0;
}
catch (Exception error) when (error is StartException or IOException or System.Net.Sockets.SocketException or UnauthorizedAccessException)
{
    Console.Error.WriteLine("coralmux-relay: " + error.Message);
    return failed;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.TrySetResult();
}

async Task StopWithStandardInputAsync()
{
    await using var input = Console.OpenStandardInput();
    var scratch = new byte[64];
    await Task.Run(() =>
    {
        while (input.Read(scratch) > 0) { }
    });
    stop.TrySetResult();
}
