using System.Net;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Protocol;

namespace CoralMux.Harness.Steps;

/// <summary>How a message is to end up in size, by the target's own limit.</summary>
public sealed record MessageSize(int BeyondMaximum);

/// <summary>The words of step texts that stand for values, so that no step holds a number of the specification.</summary>
[Binding]
public sealed class StepValues
{
    private static readonly Dictionary<string, HttpStatusCode> Statuses = new()
    {
        ["OK"] = HttpStatusCode.OK,
        ["Created"] = HttpStatusCode.Created,
        ["No Content"] = HttpStatusCode.NoContent,
        ["Unauthorized"] = HttpStatusCode.Unauthorized,
        ["Not Found"] = HttpStatusCode.NotFound,
        ["Method Not Allowed"] = HttpStatusCode.MethodNotAllowed,
        ["Too Many Requests"] = HttpStatusCode.TooManyRequests,
    };

    [StepArgumentTransformation("peer", "(?:the|an|a) (?:[a-z]+ )?(?:phone|agent|client)")]
    public static PeerName Peer(string text) => PeerName.Parse(text);

    [StepArgumentTransformation("type", @"[A-Za-z_]+(?:\.[A-Za-z_]+)*")]
    public static string Type(string text) => text;

    [StepArgumentTransformation("code", "[A-Z][A-Z_]+(?: or [A-Z][A-Z_]+)*")]
    public static ErrorCodes Code(string text) => new(text.Split(" or "));

    [StepArgumentTransformation("presence", "online|offline")]
    public static string Presence(string text) => text;

    [StepArgumentTransformation("size", "exactly the maximum size|one byte more than the maximum size")]
    public static MessageSize Size(string text) => new(text[0] == 'e' ? 0 : 1);

    [StepArgumentTransformation("closing", "normally|(?:as|for|to) [a-z ]+")]
    public static int[] Closing(string text) =>
        [.. text.Split(" or ").Select(reason => CloseCodes.ByWord.TryGetValue(reason, out var code) ? code : throw new FormatException($"'{reason}' is no reason to close; known are {string.Join(", ", CloseCodes.ByWord.Keys)}."))];

    [StepArgumentTransformation("statuses", "[A-Z][A-Za-z]*(?: (?:or )?[A-Z][A-Za-z]*)*")]
    public static HttpStatusCode[] Status(string text) =>
        [.. text.Split(" or ").Select(status => Statuses.TryGetValue(status, out var code) ? code : throw new FormatException($"'{status}' is no status; known are {string.Join(", ", Statuses.Keys)}."))];
}

/// <summary>The error codes that a step accepts.</summary>
public sealed record ErrorCodes(IReadOnlyList<string> Codes)
{
    public override string ToString() => string.Join(" or ", Codes);
}
