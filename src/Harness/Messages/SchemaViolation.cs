namespace CoralMux.Harness.Messages;

/// <summary>One place where a document does not follow its schema.</summary>
/// <param name="Path">JSON Path (RFC 6901) to the place; empty for the document itself.</param>
/// <param name="Problem">A sentence that says what is expected there and what was found, for people.</param>
public sealed record SchemaViolation(string Path, string Problem)
{
    public override string ToString() => Path.Length == 0 ? Problem : $"{Path}: {Problem}";
}
