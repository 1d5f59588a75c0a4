namespace CoralMux.Harness.Basics;

/// <summary>Ends a command with an exit code and one sentence on stderr: what is wrong and what to do.</summary>
public sealed class CommandException(ExitCode exitCode, string message) : Exception(message)
{
    public ExitCode ExitCode { get; } = exitCode;
}
