using System.Net;
using System.Text.Json;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>The words that several step classes have for values, so that no step holds a number of the specification.</summary>
[Binding]
public sealed class StepValues
{
    private static readonly Words<HttpStatusCode[]> Statuses = new(
        ("OK", [HttpStatusCode.OK]),
        ("Created", [HttpStatusCode.Created]),
        ("No Content", [HttpStatusCode.NoContent]),
        ("Unauthorized", [HttpStatusCode.Unauthorized]),
        ("Forbidden", [HttpStatusCode.Forbidden]),
        ("Not Found", [HttpStatusCode.NotFound]),
        ("Method Not Allowed", [HttpStatusCode.MethodNotAllowed]),
        ("Too Many Requests", [HttpStatusCode.TooManyRequests]),
        ("Service Unavailable", [HttpStatusCode.ServiceUnavailable]),
        ("Refused As The Client's Mistake", [.. Enumerable.Range(400, 100).Select(code => (HttpStatusCode)code)]));

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

    [StepWords("presence")]
    public static Words<Presence> Presences { get; } = new(("online", Presence.Online), ("offline", Presence.Offline));

    /// <summary>Whether a <c>status</c> says that.</summary>
    public static bool Tells(ReceivedMessage status, Presence presence) =>
        status.Payload("peer") is { ValueKind: JsonValueKind.String } said && said.GetString() == Presences.For(presence);

    [StepArgumentTransformation("closing", "normally|(?:as|for|to) [a-z ]+")]
    public static int[] Closing(string text) => [.. text.Split(" or ").Select(CloseCodes.Words.Parse)];

    [StepArgumentTransformation("statuses", "[A-Z][A-Za-z]*(?: (?:or )?[A-Z][A-Za-z']*)*")]
    public static HttpStatusCode[] Status(string text) => [.. text.Split(" or ").SelectMany(Statuses.Parse)];
}
