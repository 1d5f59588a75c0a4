using System.CommandLine;
using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Commands;

/// <summary>The suite that a command uses: the one built with the program, or a checkout's.</summary>
internal static class SuiteOption
{
    public static Option<DirectoryInfo> Create(string otherwise) => new("--suite")
    {
        Description = $"Root of a checkout that has spec/ and features/; by default {otherwise}.",
        HelpName = "DIR",
    };

    /// <summary>The suite of <c>--suite</c>, or null without the option.</summary>
    /// <exception cref="CommandException">The directory has no specification, or not that profile; exit 2.</exception>
    public static Suite? Given(DirectoryInfo? directory, string? profile)
    {
        if (directory is null)
            return null;

        var suite = new Suite(directory.FullName, Suite.DefaultProfile);
        return suite.Profiles.Count > 0
            ? ProfileOption.Select(suite, profile)
            : throw new CommandException(ExitCode.Usage, $"There is no profile below spec/ in {directory.FullName}: --suite must be the root of a checkout.");
    }

    /// <summary>The nearest directory from the working directory upwards that has spec/ and features/, or null.</summary>
    /// <exception cref="CommandException">It does not have that profile; exit 2.</exception>
    public static Suite? OfWorkingDirectory(string? profile)
    {
        for (var at = new DirectoryInfo(Environment.CurrentDirectory); at is not null; at = at.Parent)
        {
            var suite = new Suite(at.FullName, Suite.DefaultProfile);
            if (Directory.Exists(suite.Specification) && Directory.Exists(suite.Features))
                return ProfileOption.Select(suite, profile);
        }

        return null;
    }
}
