using CoralMux.Harness.Messages;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Evidence;

/// <summary>Nothing of the kind that was awaited came.</summary>
/// <param name="Who">The connection that waited.</param>
/// <param name="Last">The last message that did come, or null.</param>
public sealed record Silence(string Who, TimeSpan Waited, ReceivedMessage? Last) : IObserved
{
    public string Kind => "nothing";

    public string? MissedBy => Who;
}

/// <summary>What an earlier run observed, as its report has it.</summary>
public sealed record RecordedObservation(string Kind, int? Entry, string? MissedBy) : IObserved;
