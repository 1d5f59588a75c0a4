namespace CoralMux.Harness.Running;

/// <summary>What a probe found out about a relay.</summary>
/// <param name="Description">The target description that follows, as the text of a file (<c>schemas/target.schema.json</c>). Holds no secret.</param>
public sealed record ProbeOutcome(string Description, IReadOnlyList<ProbeFinding> Findings, ProbeCost Cost);

/// <summary>One thing that a probe asked about.</summary>
/// <param name="Key">As the target description spells it, such as <c>limits.maxMessageBytes</c>; or a plain word for what it has no key for.</param>
/// <param name="Value">What was found, or null where it was not found.</param>
/// <param name="Evidence">What shows it; or why it was not found.</param>
public sealed record ProbeFinding(string Key, string? Value, string Evidence);

/// <summary>What a probe did to the relay.</summary>
/// <param name="Bytes">Of the messages together.</param>
public sealed record ProbeCost(int Connections, int Messages, long Bytes, int HttpRequests, TimeSpan Took);
