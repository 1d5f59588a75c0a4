using System.CommandLine;
using System.CommandLine.Parsing;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;

namespace CoralMux.Harness.Commands;

/// <summary>Turns a command line into an exit code. An error is one sentence on stderr, never a stack trace.</summary>
public static class CommandLine
{
    /// <summary>After Ctrl-C or SIGTERM: time to stop a relay and write a partial report.</summary>
    private static readonly TimeSpan TimeToLeave = TimeSpan.FromSeconds(15);

    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = Parse(root, args);
        if (parsed.Errors.Count > 0)
        {
            // An unknown word also counts as a missing command: the message is about the word.
            var error = parsed.UnmatchedTokens is [var word, ..] && parsed.CommandResult.Command == root
                ? $"There is no command '{word}'; {Suggestion.For(word, root.Subcommands.Select(command => command.Name))}."
                : parsed.Errors[0].Message;
            await Console.Error.WriteLineAsync($"{error} See 'coralmux-conformance {CommandPath(parsed)}--help'.");
            return (int)ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeToLeave });
        }
        catch (CommandException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return (int)exception.ExitCode;
        }
        catch (FeatureFileException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return (int)ExitCode.HarnessFault;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted before there was anything to report.");
            return (int)ExitCode.Incomplete;
        }
#pragma warning disable CA1031 // The last resort: the caller needs exit 5 and a sentence for every fault.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync(
                $"The harness itself failed: {exception.GetType().Name}: {exception.Message} Set CORALMUX_DEBUG=1 to see where, and please report it.");
            if (Environment.GetEnvironmentVariable("CORALMUX_DEBUG") is "1")
                await Console.Error.WriteLineAsync(exception.ToString());
            return (int)ExitCode.HarnessFault;
        }
    }

    /// <summary>Tags begin with @, which normally names a response file.</summary>
    internal static ParseResult Parse(RootCommand root, string[] args) => root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static string CommandPath(ParseResult parsed)
    {
        var path = "";
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Command: not RootCommand } command; result = result.Parent)
            path = $"{command.Command.Name} {path}";
        return path;
    }
}
