using System.Net;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Probing;

/// <summary>What the relay offers over HTTP: the pairing API, self-registration, health, metrics.</summary>
internal static class HttpProbe
{
    public static async Task FindAsync(World world, Findings findings, CancellationToken cancellationToken)
    {
        async Task<HttpExchange?> AskAsync(HttpMethod method, string path, string? key)
        {
            using var timeout = world.Deadline.StartTimer();
            try
            {
                return await AdminApi.SendAsync(world.Target, method, path, key, world.Transcript, timeout.Token);
            }
            catch (Exception exception) when (
                exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                return null;
            }
        }

        var made = world.Target.Description.AdminKey is { } key ? await AskAsync(HttpMethod.Post, AdminApi.Pair, key) : null;
        if (made?.Json("token")?.ToString() is { } token)
            await AskAsync(HttpMethod.Delete, $"{AdminApi.Pair}/{token}", world.Target.Description.AdminKey);
        findings.Feature(
            "admin-api",
            made?.Status == HttpStatusCode.Created,
            made is null ? "not asked: there is no admin key" : $"POST /{AdminApi.Pair} is answered {(int)made.Status}");

        var registered = await AskAsync(HttpMethod.Post, AdminApi.Register, null);
        findings.Feature(
            "self-registration",
            registered?.Status is HttpStatusCode.Created or HttpStatusCode.TooManyRequests,
            $"POST /{AdminApi.Register} {Answered(registered)}");
        findings.Missing("features trusted-proxies", "only a relay that trusts this machine as a proxy shows it; claim it where yours can be told its proxies");
        findings.Missing("limits.registrationPerHour", "to find it would use up this address's registrations of the hour");

        var metrics = await AskAsync(HttpMethod.Get, world.Target.Description.MetricsUrl ?? AdminApi.Metrics, null);
        findings.Feature(
            "metrics",
            metrics?.Status == HttpStatusCode.OK && metrics.Body.Span.IndexOf("# TYPE"u8) >= 0,
            $"GET /{AdminApi.Metrics} {Answered(metrics)}");
        var health = await AskAsync(HttpMethod.Get, AdminApi.Health, null);
        findings.Note("health", health?.Json("status")?.ToString() ?? "none", $"GET /{AdminApi.Health} {Answered(health)}");
        findings.Feature("tls", world.Target.Endpoint.IsSecure, $"the URL is {world.Target.Endpoint.Url.Scheme}");
    }

    private static string Answered(HttpExchange? answer) => answer is null ? "is not answered" : $"is answered {(int)answer.Status}";
}
