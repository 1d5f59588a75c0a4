using System.CommandLine;
using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Commands;

/// <summary><c>--profile NAME</c>: which of the protocols a command is about.</summary>
internal static class ProfileOption
{
    public static Option<string?> Create(string otherwise = Suite.DefaultProfile) => new("--profile")
    {
        Description = $"The protocol, one of: {string.Join(", ", Suite.BuiltIn.Profiles)}; by default {otherwise}.",
        HelpName = "NAME",
    };

    /// <summary>The suite in the profile asked for; as it is where that is null.</summary>
    /// <param name="file">Where the profile is named, if that is not the command line.</param>
    /// <exception cref="CommandException">It has no such profile; exit 2.</exception>
    public static Suite Select(Suite suite, string? profile, string? file = null) =>
        profile is null || suite.Profiles.Contains(profile)
            ? suite with { Profile = profile ?? suite.Profile }
            : throw new CommandException(
                ExitCode.Usage, $"{(file is null ? "There" : $"{file}: there")} is no profile '{profile}'; {Suggestion.For(profile, suite.Profiles)}.");
}
