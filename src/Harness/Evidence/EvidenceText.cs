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

    private static string Of(Silence silence)
    {
        var last = silence.Last is { } message ? $"; the last message was {message.Describe()}" : "";
        return $"the {silence.Who} received no such message within {silence.Waited.TotalSeconds:0.###} s{last}";
    }
}
