using System.Runtime.CompilerServices;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Evidence;

/// <summary>
/// What was promised, or what was found: words, and between them the values themselves. Code that needs
/// what was seen reads <see cref="Observed"/>; the words are for people, and no code reads them. An interpolated string becomes one.
/// </summary>
[InterpolatedStringHandler]
public sealed class Sentence
{
    private readonly List<Part> _parts;

    public Sentence(int literalLength, int formattedCount) => _parts = new List<Part>((2 * formattedCount) + Math.Sign(literalLength));

    private Sentence(IEnumerable<Part> parts) => _parts = [.. parts];

    /// <summary>What the sentence speaks of, in its order.</summary>
    public IEnumerable<IObserved> Observed => _parts.SelectMany(part => part.Value switch
    {
        Sentence inner => inner.Observed,
        IObserved observed => [observed],
        _ => [],
    });

    public static implicit operator Sentence(string text) => new([new Part(text, null, IsWord: true)]);

    /// <summary>For an interpolated string that would be text where it stands, such as in a conditional expression.</summary>
    public static Sentence Of(Sentence sentence) => sentence;

    /// <summary>A sentence that was written down before, and what it spoke of.</summary>
    public static Sentence Recorded(string text, IEnumerable<IObserved> observed) =>
        new([new Part(text, null, IsWord: true), .. observed.Select(one => new Part(one, null, IsWord: false))]);

    public void AppendLiteral(string text) => _parts.Add(new Part(text, null, IsWord: true));

    public void AppendFormatted<T>(T value, string? format = null) => _parts.Add(new Part(value, format, IsWord: false));

    /// <summary>The same evidence in other words.</summary>
    public Sentence Reworded(Func<string, string> reword) => new(_parts.Select(part => part switch
    {
        { IsWord: true, Value: string words } => part with { Value = reword(words) },
        { Value: Sentence inner } => part with { Value = inner.Reworded(reword) },
        _ => part,
    }));

    public override string ToString() => string.Concat(_parts.Select(part => part.IsWord ? (string)part.Value! : EvidenceText.Of(part.Value, part.Format)));

    private readonly record struct Part(object? Value, string? Format, bool IsWord);
}
