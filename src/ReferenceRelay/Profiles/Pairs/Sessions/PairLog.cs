using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;

/// <summary>The log lines of this profile: 200 and 201 connections, 3xx the pairing API. A token appears only as its masked id.</summary>
internal static partial class PairLog
{
    [LoggerMessage(200, LogLevel.Debug, "{Token} {Role} authenticated")]
    public static partial void Authenticated(ILogger logger, string token, string role);

    [LoggerMessage(201, LogLevel.Debug, "{Token} {Role} ended: {Reason}")]
    public static partial void ConnectionEnded(ILogger logger, string token, string role, CloseReason reason);

    [LoggerMessage(300, LogLevel.Debug, "{Token} created")]
    public static partial void TokenCreated(ILogger logger, string token);

    [LoggerMessage(301, LogLevel.Debug, "{Token} deleted")]
    public static partial void TokenDeleted(ILogger logger, string token);
}
