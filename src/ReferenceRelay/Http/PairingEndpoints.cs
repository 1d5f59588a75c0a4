using System.Globalization;
using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Protocol;
using CoralMux.ReferenceRelay.Sessions;
using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Http;

/// <summary>Makes, shows and deletes tokens.</summary>
internal sealed class PairingEndpoints(RelayCore core, AdminKey key, ClientAddress client)
{
    private readonly RegistrationLimit _registrations = new(core.Time);

    /// <summary>Whether this relay lets anybody make a token now and then.</summary>
    public bool CanRegister => core.Limits.Current.RegistrationsPerHour > 0;

    public async Task CreateAsync(HttpContext context)
    {
        if (!key.Admits(context))
        {
            await RefuseAsync(context);
            return;
        }

        await MakeTokenAsync(context);
    }

    public async Task RegisterAsync(HttpContext context)
    {
        var wait = _registrations.Take(client.Of(context), core.Limits.Current.RegistrationsPerHour);
        if (wait > TimeSpan.Zero)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await Json.ErrorAsync(context, StatusCodes.Status429TooManyRequests, ErrorCode.RateLimited.Name(), "This address has made its tokens for this hour.");
            return;
        }

        await MakeTokenAsync(context);
    }

    public async Task ShowAsync(HttpContext context, string token)
    {
        if (!TokenId.TryParse(token, out var id) || !core.Store.Contains(id))
        {
            await UnknownAsync(context);
            return;
        }

        var (phone, agent) = core.Sessions.Presence(id);
        await Json.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteBoolean("phone", phone);
            json.WriteBoolean("agent", agent);
        });
    }

    public async Task DeleteAsync(HttpContext context, string token)
    {
        if (!key.Admits(context))
        {
            await RefuseAsync(context);
            return;
        }

        if (!TokenId.TryParse(token, out var id) || !core.Store.Contains(id))
        {
            await UnknownAsync(context);
            return;
        }

        var removed = core.Store.RemoveAsync(id);
        core.Sessions.Delete(id);
        Log.TokenDeleted(core.Logger, id.ToString());
        if (await removed)
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        else
            await StoreFailsAsync(context);
    }

    private async Task MakeTokenAsync(HttpContext context)
    {
        var (token, id) = TokenId.Create();
        if (!await core.Store.AddAsync(id))
        {
            await StoreFailsAsync(context);
            return;
        }

        Log.TokenMade(core.Logger, id.ToString());
        await Json.WriteAsync(context, StatusCodes.Status201Created, json => json.WriteString("token", token));
    }

    private Task RefuseAsync(HttpContext context) =>
        Json.ErrorAsync(context, StatusCodes.Status401Unauthorized, ErrorCode.Unauthorized.Name(), key.Refusal);

    private static Task UnknownAsync(HttpContext context) =>
        Json.ErrorAsync(context, StatusCodes.Status404NotFound, "NOT_FOUND", "There is no such token.");

    private static Task StoreFailsAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "5";
        return Json.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "UNAVAILABLE", "The relay cannot write its database at the moment.");
    }
}
