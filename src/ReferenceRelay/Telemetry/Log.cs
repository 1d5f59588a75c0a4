namespace CoralMux.ReferenceRelay.Telemetry;

/// <summary>The log lines of every relay; a profile has its own. Event ids are stable: 1xx the process, 2xx connections, 3xx the profile's HTTP API,
/// 4xx the store. A token, the admin key or a part of a payload never appears (SEC-02, KEX-05); an address appears only where an operator must act on
/// it.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "coralmux-relay {Version} listens on {Address}, all interfaces: {AllInterfaces}, database {Database}")]
    public static partial void Started(ILogger logger, string version, string address, bool allInterfaces, string database);

    [LoggerMessage(101, LogLevel.Warning, "The pairing API is closed: give -admin-key KEY to use it, or -open-admin to let anybody use it")]
    public static partial void AdminClosed(ILogger logger);

    [LoggerMessage(102, LogLevel.Warning, "The pairing API is open to anybody (-open-admin)")]
    public static partial void AdminOpen(ILogger logger);

    [LoggerMessage(103, LogLevel.Information, "Draining: {Connections} connections, at most {Timeout}")]
    public static partial void Draining(ILogger logger, int connections, TimeSpan timeout);

    [LoggerMessage(104, LogLevel.Information, "Stopped after {Messages} messages; {Cut} connections had to be cut off")]
    public static partial void Stopped(ILogger logger, long messages, int cut);

    [LoggerMessage(105, LogLevel.Information, "Limits were reloaded")]
    public static partial void Reloaded(ILogger logger);

    [LoggerMessage(106, LogLevel.Error, "Nothing was reloaded: {Problems}")]
    public static partial void ReloadRefused(ILogger logger, string problems);

    [LoggerMessage(107, LogLevel.Warning, "Only limits change while the relay runs; restart it for the other settings")]
    public static partial void ReloadPartial(ILogger logger);

    [LoggerMessage(108, LogLevel.Information, "The certificate was reloaded")]
    public static partial void CertificateReloaded(ILogger logger);

    [LoggerMessage(109, LogLevel.Error, "The certificate could not be reloaded; the old one stays: {Problem}")]
    public static partial void CertificateRefused(ILogger logger, string problem);

    [LoggerMessage(110, LogLevel.Warning, "The clock is shifted by {Offset} (RELAY_CLOCK_OFFSET): days, months and quotas are not the real ones")]
    public static partial void ClockOffset(ILogger logger, TimeSpan offset);

    [LoggerMessage(202, LogLevel.Error, "A connection was ended by a fault of the relay")]
    public static partial void ConnectionFaulted(ILogger logger, Exception error);

    [LoggerMessage(203, LogLevel.Error, "A request failed by a fault of the relay")]
    public static partial void RequestFaulted(ILogger logger, Exception error);

    [LoggerMessage(400, LogLevel.Error, "The database cannot be written: {Problem}. Forwarding continues within the usage already recorded")]
    public static partial void StoreDegraded(ILogger logger, string problem);

    [LoggerMessage(401, LogLevel.Information, "The database works again")]
    public static partial void StoreRecovered(ILogger logger);
}
