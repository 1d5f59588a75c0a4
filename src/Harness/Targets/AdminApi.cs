using System.Net;
using System.Text;
using System.Text.Json;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Targets;

/// <summary>A complete HTTP answer.</summary>
public sealed record HttpExchange(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>A member of the body, or null if the body is not a JSON object with this member.</summary>
    public JsonElement? Json(string member)
    {
        try
        {
            var reader = new Utf8JsonReader(Body.Span);
            var element = JsonElement.ParseValue(ref reader);
            return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value) ? value : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The relay's HTTP API, every exchange in the transcript; the admin key never is.</summary>
public static class AdminApi
{
    public const string Pair = "api/v1/pair";

    public const string Register = "api/v1/register";

    public const string Health = "health";

    public const string Metrics = "metrics";

    public const string KeyHeader = "X-Admin-Key";

    private const int MaximumBody = 1024 * 1024;

    /// <summary>Sends one request and reads the complete answer.</summary>
    /// <param name="adminKey">For the <c>X-Admin-Key</c> header, or null to leave it out.</param>
    /// <exception cref="HttpRequestException">No answer, or one of more than 1 MiB.</exception>
    public static async Task<HttpExchange> SendAsync(
        Target target, HttpMethod method, string path, string? adminKey, Transcript transcript, CancellationToken cancellationToken,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (adminKey is not null)
            request.Headers.TryAddWithoutValidation(KeyHeader, adminKey);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        transcript.Add("http", Direction.Sent, "http", Encoding.UTF8.GetBytes($"{method} /{path}{(adminKey is null ? "" : $"\n{KeyHeader}: …")}"));

        using var response = await target.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await response.Content.LoadIntoBufferAsync(MaximumBody, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        transcript.Add("http", Direction.Received, "http", [.. Encoding.UTF8.GetBytes($"{(int)response.StatusCode} {response.ReasonPhrase}\n"), .. body]);

        var answered = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new HttpExchange(response.StatusCode, answered, body);
    }
}
