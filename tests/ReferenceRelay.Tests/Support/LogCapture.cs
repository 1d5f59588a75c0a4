using System.Collections.Concurrent;
using CoralMux.ReferenceRelay.Telemetry;
using Microsoft.Extensions.Logging;

namespace CoralMux.ReferenceRelay.Tests.Support;

internal sealed class LogCapture : ILoggerProvider
{
    private readonly ConcurrentQueue<(EventId Event, string Text)> _lines = new();

    public IReadOnlyCollection<(EventId Event, string Text)> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private sealed class Logger(LogCapture capture) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            capture._lines.Enqueue((eventId, formatter(state, exception) + exception));
    }
}
