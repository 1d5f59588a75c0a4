using CoralMux.ReferenceRelay.Options;
using Microsoft.Extensions.Logging.Console;

namespace CoralMux.ReferenceRelay.Telemetry;

internal static class LogOutput
{
    /// <summary>The log goes to stderr; stdout belongs to the one line that says where the relay listens.</summary>
    public static void Configure(ILoggingBuilder logging, RelayOptions options)
    {
        logging.SetMinimumLevel(options.LogLevel);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            // When no program reads stderr, lines are dropped and counted; no connection waits for them.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        if (options.JsonLog)
        {
            logging.AddJsonConsole(json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
        else
        {
            logging.AddSimpleConsole(text =>
            {
                text.UseUtcTimestamp = true;
                text.SingleLine = true;
                text.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            });
        }
    }
}
