namespace CoralMux.Harness.Basics;

/// <summary>The exit code of the process; <c>docs/ci.md</c> has the table.</summary>
public enum ExitCode
{
    /// <summary>Every MUST of the claimed profiles was tested and passed; thresholds met.</summary>
    Conformant = 0,

    /// <summary>A MUST failed (with <c>--strict</c> a SHOULD), or a threshold.</summary>
    NonConformant = 1,

    /// <summary>An unknown option, tag, profile, or key in a file.</summary>
    Usage = 2,

    /// <summary>The target cannot be reached, or is not a relay.</summary>
    Unreachable = 3,

    /// <summary>A MUST was inconclusive or not run, nothing was selected, or the run was interrupted.</summary>
    Incomplete = 4,

    /// <summary>The harness itself failed.</summary>
    HarnessFault = 5,
}
