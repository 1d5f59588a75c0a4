namespace CoralMux.Harness.Evidence;

/// <summary>A breach of a requirement that was noticed in passing, in whatever scenario.</summary>
public sealed record Violation(string Connection, string Requirement, Finding Finding)
{
    public Violation(string connection, string requirement, Sentence expected, Sentence actual)
        : this(connection, requirement, new Finding(expected, actual))
    {
    }

    public string Expected => Finding.Expected.ToString();

    public string Actual => Finding.Actual.ToString();
}

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

    public void Add(string connection, string requirement, Sentence expected, Sentence actual)
    {
        lock (_violations)
            _violations.Add(new Violation(connection, requirement, expected, actual));
    }
}
