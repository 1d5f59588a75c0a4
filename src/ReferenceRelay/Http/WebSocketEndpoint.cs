using System.Security.Cryptography;
using System.Text;
using CoralMux.ReferenceRelay.Connections;
using CoralMux.ReferenceRelay.Framing;
using CoralMux.ReferenceRelay.Telemetry;
using CoralMux.ReferenceRelay.Transport;
using Microsoft.AspNetCore.Http.Features;

namespace CoralMux.ReferenceRelay.Http;

/// <summary>The opening handshake of RFC 6455 §4.2 (TRN-01, TRN-03). It needs no header besides those (TRN-02), and no credential (PAIR-41). After it
/// the connection leaves HTTP for good. No extension is negotiated.</summary>
internal sealed class WebSocketEndpoint(RelayCore core, IProfile profile, ClientAddress client)
{
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private const int KeyBytes = 16;

    public async Task HandleAsync(HttpContext context)
    {
        var upgrade = context.Features.Get<IHttpUpgradeFeature>();
        var headers = context.Request.Headers;
        if (upgrade is not { IsUpgradableRequest: true } || !HasToken(headers.Upgrade, "websocket") || !HasToken(headers.Connection, "upgrade"))
        {
            context.Response.Headers.Upgrade = "websocket";
            context.Response.Headers.Connection = "Upgrade";
            await Json.ErrorAsync(context, StatusCodes.Status426UpgradeRequired, "UPGRADE_REQUIRED", "This path speaks WebSocket only.");
            return;
        }

        if (headers.SecWebSocketVersion != "13")
        {
            context.Response.Headers.SecWebSocketVersion = "13";
            await Json.ErrorAsync(context, StatusCodes.Status426UpgradeRequired, "UPGRADE_REQUIRED", "Only version 13 of WebSocket is spoken here.");
            return;
        }

        var key = headers.SecWebSocketKey.ToString();
        if (!IsKey(key))
        {
            await Json.ErrorAsync(context, StatusCodes.Status400BadRequest, "BAD_REQUEST", "Sec-WebSocket-Key must be 16 bytes in base64.");
            return;
        }

        if (!core.Connections.TryReserve())
        {
            context.Response.Headers.RetryAfter = "5";
            await Json.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "BUSY", "The relay takes no further connections at the moment.");
            return;
        }

        await UpgradeAsync(context, upgrade, key);
    }

    private async Task UpgradeAsync(HttpContext context, IHttpUpgradeFeature upgrade, string key)
    {
        var address = client.Of(context);
        Wire wire;
        byte[] received;
        try
        {
            context.Response.Headers.CacheControl = default;
            context.Response.Headers.Upgrade = "websocket";
            context.Response.Headers.Connection = "Upgrade";
            context.Response.Headers.SecWebSocketAccept = Accept(key);
            await upgrade.UpgradeAsync();
            (wire, received) = await context.Features.GetRequiredFeature<RelayConnectionContext>().DetachAsync();
        }
        catch
        {
            core.Connections.CancelReservation();
            throw;
        }

        var reader = profile.Accept(wire, address);
        core.Connections.Add(reader.Connection);
        // The relay began to stop after this connection had taken its place, and the others may be closed already.
        if (core.Connections.IsClosed)
            reader.Connection.Close(CloseCode.GoingAway, "The relay shuts down.", CloseReason.Shutdown);

        // Nothing of the request must stay alive in the connection, or be carried through each of its awaits.
        using (ExecutionContext.SuppressFlow())
            _ = reader.RunAsync(received);
    }

    private static bool HasToken(Microsoft.Extensions.Primitives.StringValues header, string token)
    {
        foreach (var line in header)
        {
            foreach (var part in line.AsSpan().Split(','))
            {
                if (line.AsSpan(part).Trim().Equals(token, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }

        return false;
    }

    private static bool IsKey(string key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes + 2];
        return key.Length == 24 && Convert.TryFromBase64String(key, bytes, out var length) && length == KeyBytes;
    }

    private static string Accept(string key)
    {
        Span<byte> text = stackalloc byte[24 + 36];
        Encoding.ASCII.GetBytes(key + AcceptSuffix, text);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6455 demands SHA-1; nothing secret depends on it
        SHA1.HashData(text, hash);
#pragma warning restore CA5350
        return Convert.ToBase64String(hash);
    }
}
