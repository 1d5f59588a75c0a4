using System.CommandLine;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Commands;

/// <summary>The relay that a command uses, and the access to it: the URL, <c>--target</c>, <c>--admin-key</c>, <c>--token</c>.</summary>
internal sealed class TargetOptions
{
    private readonly Option<string?> _adminKey = new("--admin-key")
    {
        Description = "The relay's admin key, for making tokens; or in CORALMUX_ADMIN_KEY, which process lists do not show.",
        HelpName = "KEY",
    };

    private readonly Option<string[]> _tokens = new("--token")
    {
        Description = "A token made by hand, for a relay with another admin API; repeatable; or all in CORALMUX_TOKENS. " +
            "Two are enough for nearly all scenarios, three for all; more tokens make the waits shorter.",
        HelpName = "TOKEN",
    };

    public TargetOptions(string url)
    {
        Url = new Argument<string?>("URL") { Description = url, Arity = ArgumentArity.ZeroOrOne };
        Url.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', ..] option }])
                result.AddError($"There is no option '{option}'.");
        });
    }

    public Argument<string?> Url { get; }

    public Option<string?> File { get; } = new("--target")
    {
        Description = "What the relay claims: URL, limits, features (schemas/target.schema.json). Options of the command line override the file.",
        HelpName = "FILE",
    };

    public Option<string?> Profile { get; } = ProfileOption.Create($"what the target description says, else {Suite.DefaultProfile}");

    public void AddTo(Command command)
    {
        command.Add(Url);
        command.Add(File);
        command.Add(Profile);
        command.Add(_adminKey);
        command.Add(_tokens);
    }

    private static string[] TokensOfEnvironment() =>
        Environment.GetEnvironmentVariable("CORALMUX_TOKENS")?.Split([' ', ',', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The file's description, overridden by the command line; without a URL it means the reference relay.</summary>
    /// <exception cref="CommandException">The file cannot be used, the profile is unknown or not the file's, or a URL is missing; exit 2.</exception>
    public TargetDescription Describe(ParseResult parsed)
    {
        var (file, url, adminKey, tokens) = (parsed.GetValue(File), parsed.GetValue(Url), parsed.GetValue(_adminKey), parsed.GetValue(_tokens) ?? []);
        var description = file is null ? new TargetDescription() : TargetDescription.Read(file);
        var profile = parsed.GetValue(Profile);
        ProfileOption.Select(Suite.BuiltIn, profile);
        if (profile is not null && description.Profile is { } described && described != profile)
            throw new CommandException(
                ExitCode.Usage, $"{file} describes a relay of the profile '{described}', not '{profile}'; leave --profile out or correct the file.");
        ProfileOption.Select(Suite.BuiltIn, description.Profile, file);
        if (file is not null && url is null && description.Url is null)
            throw new CommandException(ExitCode.Usage, $"{file} has no url, and the command line has none; use for example ws://host:port/ws.");
        if (description.Url is null && url is null && (adminKey is not null || tokens.Length > 0))
            throw new CommandException(ExitCode.Usage, "--admin-key and --token need the URL of a relay; the reference relay gets its own.");

        return description with
        {
            Profile = profile ?? description.Profile,
            Url = url ?? description.Url,
            AdminKey = adminKey ?? description.AdminKey ?? Environment.GetEnvironmentVariable("CORALMUX_ADMIN_KEY"),
            Tokens = tokens.Length > 0 ? tokens : description.Tokens.Count > 0 ? description.Tokens : TokensOfEnvironment(),
        };
    }
}
