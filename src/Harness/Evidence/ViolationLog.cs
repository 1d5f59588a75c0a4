namespace CoralMux.Harness.Evidence;

/// <summary>A breach of a requirement that was noticed in passing, in whatever scenario.</summary>
public sealed record Violation(string Connection, string Requirement, string Expected, string Actual);

/// <summary>What every scenario watches besides its own question. Safe for concurrent use.</summary>
public sealed class ViolationLog
{
    private readonly List<Violation> _violations = [];

    public IReadOnlyList<Violation> All
    {
        get
        {
            lock (_violations)
                return [.. _violations];
        }
    }

    public void Add(string connection, string requirement, string expected, string actual)
    {
        lock (_violations)
            _violations.Add(new Violation(connection, requirement, expected, actual));
    }
}
