namespace CoralMux.Harness.Basics;

/// <summary>Ends a command with one sentence on stderr and an exit code: the sentence says what to do.</summary>
public sealed class CommandException(ExitCode exitCode, string message) : Exception(message)
{
    public ExitCode ExitCode { get; } = exitCode;
}
