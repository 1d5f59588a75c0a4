using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Worlds;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>How a relay may say no to a message: with one of these error codes, or by closing with one of these codes.</summary>
public sealed record Refusal(ErrorCodes Errors, IReadOnlyList<int> CloseCodes)
{
    public const string Pattern = "answered [A-Z][A-Z_]+(?: or [A-Z][A-Z_]+)*(?: or closed (?:as|for|to) [a-z ]+)?";

    public static Refusal Parse(string text)
    {
        var parts = text["answered ".Length..].Split(" or closed ");
        return new Refusal(new ErrorCodes(parts[0].Split(" or ")), parts.Length > 1 ? StepValues.Closing(parts[1]) : []);
    }

    public bool Allows(ReceivedMessage answer) => answer is { Type: "chat.error", Code: { } code } && Errors.Codes.Contains(code);

    public bool Allows(ConnectionEnd end) => end.CloseCode is { } code && CloseCodes.Contains(code);

    public override string ToString() => $"answered chat.error {Errors}{(CloseCodes.Count > 0 ? $", or closed with {string.Join(" or ", CloseCodes)}" : "")}";
}

/// <summary>The error codes that a step accepts.</summary>
public sealed record ErrorCodes(IReadOnlyList<string> Codes)
{
    public override string ToString() => string.Join(" or ", Codes);
}
