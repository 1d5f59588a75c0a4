using System.Net;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>The words of step texts that stand for values, so that no step holds a number of the specification.</summary>
[Binding]
public sealed class StepValues
{
    private static readonly Dictionary<string, HttpStatusCode[]> Statuses = new()
    {
        ["OK"] = [HttpStatusCode.OK],
        ["Created"] = [HttpStatusCode.Created],
        ["No Content"] = [HttpStatusCode.NoContent],
        ["Unauthorized"] = [HttpStatusCode.Unauthorized],
        ["Forbidden"] = [HttpStatusCode.Forbidden],
        ["Not Found"] = [HttpStatusCode.NotFound],
        ["Method Not Allowed"] = [HttpStatusCode.MethodNotAllowed],
        ["Too Many Requests"] = [HttpStatusCode.TooManyRequests],
        ["Service Unavailable"] = [HttpStatusCode.ServiceUnavailable],
        ["Refused As The Client's Mistake"] = [.. Enumerable.Range(400, 100).Select(code => (HttpStatusCode)code)],
    };

    [StepArgumentTransformation("peer", "(?:the|an|a) (?:[a-z]+ )?(?:phone|agent|client)")]
    public static PeerName Peer(string text) => PeerName.Parse(text);

    /// <summary>The phone of a pair; its agent is the opposite.</summary>
    [StepArgumentTransformation("pair", "the (?:other )?pair")]
    public static PeerName Pair(string text) => PeerName.Parse(text[..^"pair".Length] + "phone");

    [StepArgumentTransformation("type", @"[A-Za-z_]+(?:\.[A-Za-z_]+)*")]
    public static string Type(string text) => text;

    [StepArgumentTransformation("code", "[A-Z][A-Z_]+(?: or [A-Z][A-Z_]+)*")]
    public static ErrorCodes Code(string text) => new(text.Split(" or "));

    [StepArgumentTransformation("refusal", Refusal.Pattern)]
    public static Refusal AsRefusal(string text) => Refusal.Parse(text);

    [StepArgumentTransformation("presence", "online|offline")]
    public static string Presence(string text) => text;

    [StepArgumentTransformation("shape", MessageShape.Pattern)]
    public static MessageShape Shape(string text) => MessageShape.Parse(text);

    [StepArgumentTransformation("closing", "normally|(?:as|for|to) [a-z ]+")]
    public static int[] Closing(string text) =>
        [.. text.Split(" or ").Select(reason => CloseCodes.ByWord.TryGetValue(reason, out var code) ? code : throw new FormatException($"'{reason}' is no reason to close; known are {string.Join(", ", CloseCodes.ByWord.Keys)}."))];

    [StepArgumentTransformation("statuses", "[A-Z][A-Za-z]*(?: (?:or )?[A-Z][A-Za-z']*)*")]
    public static HttpStatusCode[] Status(string text) =>
        [.. text.Split(" or ").SelectMany(status => Statuses.TryGetValue(status, out var codes) ? codes : throw new FormatException($"'{status}' is no status; known are {string.Join(", ", Statuses.Keys)}."))];
}
