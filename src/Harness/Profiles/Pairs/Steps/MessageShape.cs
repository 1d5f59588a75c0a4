using System.Globalization;
using System.Text.RegularExpressions;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>What is special about a message that a scenario sends, in its words: size, payload, and how it travels.</summary>
/// <param name="BeyondMaximum">Bytes beyond the target's maximum size, or null for an ordinary size.</param>
/// <param name="Nesting">Levels beyond those that every relay forwards, or null.</param>
/// <param name="Fragments">In how many frames, or 0 for fragments of one byte.</param>
/// <param name="LittleOnes">Fragments of one byte before the rest, and after it.</param>
public sealed partial record MessageShape(int? BeyondMaximum, int? Nesting, bool HasCanary, bool IsBinary, bool IsCompressed, int Fragments, int LittleOnes)
{
    /// <summary>All that can be said of a message, in this order, or nothing.</summary>
    public const string Pattern =
        "(?: of exactly the maximum size| of one byte more than the maximum size| with a canary in it| nested to the depth promised| nested deeper than promised)?" +
        "(?: in a binary message| in fragments of one byte| in [0-9]+ fragments| between [0-9]+ fragments of one byte| compressed)?";

    public static MessageShape Parse(string text) => new(
        text.Contains("exactly the maximum", StringComparison.Ordinal) ? 0 : text.Contains("one byte more", StringComparison.Ordinal) ? 1 : null,
        text.Contains("nested to", StringComparison.Ordinal) ? 0 : text.Contains("nested deeper", StringComparison.Ordinal) ? 1 : null,
        text.Contains("canary", StringComparison.Ordinal),
        text.Contains("binary", StringComparison.Ordinal),
        text.Contains("compressed", StringComparison.Ordinal),
        text.Contains("in fragments of one byte", StringComparison.Ordinal) ? 0 : Number().Match(text) is { Success: true, Groups: var number } ? int.Parse(number[1].Value, CultureInfo.InvariantCulture) : 1,
        Between().Match(text) is { Success: true, Groups: var between } ? int.Parse(between[1].Value, CultureInfo.InvariantCulture) : 0);

    /// <summary>Cuts a message as it is to travel.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte> message)
    {
        if (LittleOnes > 0)
            return [.. Pieces(message[..LittleOnes], 1), message[LittleOnes..^LittleOnes], .. Pieces(message[^LittleOnes..], 1)];
        return Fragments == 1 ? [message] : Pieces(message, Fragments == 0 ? 1 : (message.Length + Fragments - 1) / Fragments);
    }

    private static List<ReadOnlyMemory<byte>> Pieces(ReadOnlyMemory<byte> message, int size) =>
        [.. Enumerable.Range(0, (message.Length + size - 1) / size).Select(i => message.Slice(i * size, Math.Min(size, message.Length - (i * size))))];

    [GeneratedRegex("in ([0-9]+) fragments$")]
    private static partial Regex Number();

    [GeneratedRegex("between ([0-9]+) fragments")]
    private static partial Regex Between();
}
