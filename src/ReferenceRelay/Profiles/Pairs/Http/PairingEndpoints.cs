using System.Globalization;
using CoralMux.ReferenceRelay.Connections;
using CoralMux.ReferenceRelay.Http;
using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;
using CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;

namespace CoralMux.ReferenceRelay.Profiles.Pairs.Http;

/// <summary>The pairing API: creates, shows and deletes tokens. A request is judged by path, method, key and token, in this order (OPS-14).</summary>
internal sealed class PairingEndpoints(PairCore pairs, AdminKey key, ClientAddress client)
{
    private const string PairPath = "/api/v1/pair";
    private const string RegisterPath = "/api/v1/register";

    private readonly RelayCore _core = pairs.Relay;
    private readonly RegistrationLimit _registrations = new(pairs.Relay.Time);

    /// <returns>Null for a path outside the API, and for registration while it is switched off.</returns>
    public Task? Route(HttpContext context, string path)
    {
        if (path == PairPath)
            return Router.RefuseUnless(context, ["POST"]) ?? CreateAsync(context);
        if (path == RegisterPath && _core.Limits.Current.RegistrationsPerHour > 0)
            return Router.RefuseUnless(context, ["POST"]) ?? RegisterAsync(context);
        if (!path.StartsWith(PairPath + "/", StringComparison.Ordinal) || path.IndexOf('/', PairPath.Length + 1) >= 0)
            return null;

        var token = path[(PairPath.Length + 1)..];
        return Router.RefuseUnless(context, ["GET", "HEAD", "DELETE"])
            ?? (HttpMethods.IsDelete(context.Request.Method) ? DeleteAsync(context, token) : ShowAsync(context, token));
    }

    /// <summary>PAIR-01, PAIR-05.</summary>
    private Task CreateAsync(HttpContext context) => key.Admits(context) ? CreateTokenAsync(context) : RefuseAsync(context);

    /// <summary>PAIR-16, PAIR-18.</summary>
    private async Task RegisterAsync(HttpContext context)
    {
        var wait = _registrations.Take(client.Of(context), _core.Limits.Current.RegistrationsPerHour);
        if (wait > TimeSpan.Zero)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await Json.ErrorAsync(context, StatusCodes.Status429TooManyRequests, ErrorCode.RateLimited.Name(),
                "This address has created all its tokens for this hour.");
            return;
        }

        await CreateTokenAsync(context);
    }

    /// <summary>PAIR-08, PAIR-09, OPS-11.</summary>
    private async Task ShowAsync(HttpContext context, string token)
    {
        if (!PairingToken.TryParse(token, out var id) || !_core.Store.Contains(id))
        {
            await UnknownAsync(context);
            return;
        }

        var (phone, agent) = pairs.Sessions.Presence(id);
        await Json.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteBoolean("phone", phone);
            json.WriteBoolean("agent", agent);
        });
    }

    /// <summary>PAIR-10, PAIR-12, PAIR-15. The usage is deleted with the token (PAIR-14).</summary>
    private async Task DeleteAsync(HttpContext context, string token)
    {
        if (!key.Admits(context))
        {
            await RefuseAsync(context);
            return;
        }

        if (!PairingToken.TryParse(token, out var id) || !_core.Store.Contains(id))
        {
            await UnknownAsync(context);
            return;
        }

        var removed = _core.Store.RemoveAsync(id);
        pairs.Sessions.Delete(id);
        PairLog.TokenDeleted(_core.Logger, id.ToString());
        if (await removed)
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        else
            await StoreFailsAsync(context);
    }

    private async Task CreateTokenAsync(HttpContext context)
    {
        var (token, id) = PairingToken.Create();
        if (!await _core.Store.AddAsync(id))
        {
            await StoreFailsAsync(context);
            return;
        }

        PairLog.TokenCreated(_core.Logger, id.ToString());
        await Json.WriteAsync(context, StatusCodes.Status201Created, json => json.WriteString("token", token));
    }

    private Task RefuseAsync(HttpContext context) =>
        Json.ErrorAsync(context, StatusCodes.Status401Unauthorized, ErrorCode.Unauthorized.Name(), key.Refusal);

    private static Task UnknownAsync(HttpContext context) =>
        Json.ErrorAsync(context, StatusCodes.Status404NotFound, "NOT_FOUND", "This token is unknown.");

    private static Task StoreFailsAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "5";
        return Json.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "UNAVAILABLE",
            "The relay cannot write its database at the moment.");
    }
}
