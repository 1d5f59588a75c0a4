namespace CoralMux.Harness.Reports.Html.Charts;

/// <param name="Colour">1 to 6: of a set that people with any colour vision can tell apart; each has a dash of its own too.</param>
/// <param name="Points">Where the height is null the line has a gap.</param>
internal sealed record Line(string Name, int Colour, IReadOnlyList<(double X, double? Y)> Points)
{
    /// <summary>Of the report that this one is held against: thin and pale.</summary>
    public bool IsBaseline { get; init; }

    /// <summary>Drawn as marks that are not joined.</summary>
    public bool IsMarks { get; init; }

    public string Style => $"c{Colour}{(IsBaseline ? " base" : "")}{(IsMarks ? " marks" : "")}";
}

/// <param name="Base">Where the bar begins: on top of the one below it.</param>
internal sealed record Bar(int Colour, double From, double To, double Base, double Top);

/// <summary>A line from side to side with words on it, such as a limit.</summary>
internal sealed record Limit(string Words, double Y);

/// <summary>A part of the width that is shaded, with words on top.</summary>
internal sealed record Band(string Words, double From, double To);
