using System.Globalization;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;

namespace CoralMux.Harness.Load.Thresholds;

/// <summary>What judging a threshold found.</summary>
/// <param name="Value">The value that decided; null where nothing was measured.</param>
/// <param name="Windows">The number of windows that were judged.</param>
/// <param name="HasBaseline">There was a baseline to compare with.</param>
internal sealed record ThresholdFinding(Threshold Threshold, ThresholdResult Result, double? Value, int Windows, bool HasBaseline, bool Aborted)
{
    public ThresholdOutcome ToOutcome() => new(Threshold.Text, Result, Value, Threshold.Limit, Threshold.Unit) { Reason = Sentence(), Aborted = Aborted };

    private string? Sentence() => Result switch
    {
        ThresholdResult.Met => null,
        ThresholdResult.Missed when Threshold.Over is { } seconds => $"A window of {seconds} s had {Write(Value!.Value)}, which is not {Limit()}.",
        ThresholdResult.Missed => $"{Write(Value!.Value)} is not {Limit()}.",
        _ when Threshold.Over is { } seconds => $"It needs {Threshold.Windows} windows of {seconds} s; the run had {Windows} with a measurement.",
        _ when Threshold.IsDelta && !HasBaseline => "It compares with a baseline, and none was given: use --baseline.",
        _ => "Nothing that it is about was measured.",
    };

    private string Limit() => $"{Word.Of(Threshold.Comparison)} {Write(Threshold.Limit)}";

    private string Write(double value) => Threshold.Unit switch
    {
        Unit.Microseconds when value >= 1000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1000:0.###} ms"),
        Unit.Microseconds => string.Create(CultureInfo.InvariantCulture, $"{value:0} us"),
        Unit.Ratio => string.Create(CultureInfo.InvariantCulture, $"{value:0.####}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.##} {Word.Of(Threshold.Unit)}"),
    };
}
