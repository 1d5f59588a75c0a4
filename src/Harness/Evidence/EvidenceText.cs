using CoralMux.Harness.Messages;

namespace CoralMux.Harness.Evidence;

/// <summary>The one place where evidence becomes text.</summary>
public static class EvidenceText
{
    public static string Of(Finding finding) => $"expected {finding.Expected}; {finding.Actual}";

    public static string Of(Violation violation) => $"expected {violation.Expected}; {violation.Connection} got {violation.Actual}";

    internal static string Of(object? value, string? format) => value switch
    {
        ReceivedMessage message => message.Describe(),
        Silence silence => Of(silence),
        RecordedObservation => "",
        IFormattable formattable => formattable.ToString(format, System.Globalization.CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    };

    private static string Of(Silence silence) =>
        $"the {silence.Who} received nothing of the kind within {silence.Waited.TotalSeconds:0.###} s{(silence.Last is { } last ? $"; what came last was {last.Describe()}" : "")}";
}
