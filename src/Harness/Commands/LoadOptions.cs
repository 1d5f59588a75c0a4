using System.CommandLine;
using System.Globalization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Thresholds;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Commands;

/// <summary>What <c>load</c> and <c>capacity</c> have in common: which relay, and how a profile is scaled.</summary>
internal sealed class LoadOptions
{
    private readonly Argument<string?> _url = new("URL") { Description = "The relay, such as ws://127.0.0.1:8080/ws; without it the reference relay is started, with the limits the profile needs.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _target = new("--target") { Description = "A target description (schemas/target.schema.json).", HelpName = "FILE" };
    private readonly Option<string?> _adminKey = new("--admin-key") { Description = "The relay's admin key; or CORALMUX_ADMIN_KEY.", HelpName = "KEY" };
    private readonly Option<string[]> _tokens = new("--token") { Description = "A pairing token made by hand, one for each pair; repeatable.", HelpName = "T" };
    private readonly Option<int?> _relayProcess = new("--relay-pid") { Description = "The relay's process, where it runs on this host: its processor time and memory are recorded.", HelpName = "PID" };
    private readonly Option<int?> _pairs = new("--pairs") { Description = "Pairs, all scenarios together.", HelpName = "N" };
    private readonly Option<double?> _rate = new("--rate") { Description = "Messages a second at the highest, all scenarios together.", HelpName = "N" };
    private readonly Option<string?> _duration = new("--duration") { Description = "How long the load lasts, such as 90s, 10m or 24h.", HelpName = "TIME" };
    private readonly Option<int?> _size = new("--size") { Description = "Bytes of every message.", HelpName = "BYTES" };
    private readonly Option<long?> _seed = new("--seed") { Description = "The schedule and all test data follow from it.", HelpName = "N" };
    private readonly Option<bool> _quick = new("--quick") { Description = "The profile's short form for CI." };
    private readonly Option<string[]> _thresholds = new("--threshold") { Description = "One more threshold, such as 'one_way p99 < 5ms over 10s for 3 windows'; repeatable.", HelpName = "T" };

    public void AddTo(Command command)
    {
        command.Add(_url);
        foreach (Option option in new Option[] { _target, _adminKey, _tokens, _relayProcess, _pairs, _rate, _duration, _size, _seed, _quick, _thresholds })
            command.Add(option);
    }

    public bool IsQuick(ParseResult parsed) => parsed.GetValue(_quick);

    /// <exception cref="CommandException">There is no such profile, or a value is out of range; exit 2.</exception>
    public LoadProfile Profile(ParseResult parsed, string name)
    {
        if (parsed.GetValue(_pairs) is <= 0 || parsed.GetValue(_rate) is <= 0 || parsed.GetValue(_size) is <= 0 || parsed.GetValue(_seed) is < 0)
            throw new CommandException(ExitCode.Usage, "--pairs, --rate and --size want more than 0, --seed a whole number from 0.");
        var scale = new ProfileScale(parsed.GetValue(_pairs), parsed.GetValue(_rate), parsed.GetValue(_duration) is { } text ? Time(text) : null, parsed.GetValue(_size), parsed.GetValue(_quick));
        var target = parsed.GetValue(_target);
        var suite = ProfileOption.Select(Suite.BuiltIn, target is null ? null : TargetDescription.Read(target).Profile, target);
        var profile = scale.Apply(ProfileFile.Read(name, suite));
        profile = profile with { Seed = parsed.GetValue(_seed) ?? profile.Seed, Thresholds = [.. profile.Thresholds, .. parsed.GetValue(_thresholds) ?? []] };
        Threshold.Of(profile);
        return profile;
    }

    /// <exception cref="CommandException">The profile needs what the target does not have; exit 2.</exception>
    public async Task<LoadTargetHandle> TargetAsync(ParseResult parsed, LoadProfile profile, CancellationToken cancellationToken)
    {
        var description = parsed.GetValue(_target) is { } file ? TargetDescription.Read(file) : new TargetDescription();
        var url = parsed.GetValue(_url) ?? description.Url;
        if (url is null)
            return await LoadTargetHandle.EmbeddedAsync(profile, cancellationToken);
        description = description with
        {
            Url = url,
            AdminKey = parsed.GetValue(_adminKey) ?? description.AdminKey ?? Environment.GetEnvironmentVariable("CORALMUX_ADMIN_KEY"),
            Tokens = parsed.GetValue(_tokens) is { Length: > 0 } tokens ? tokens : description.Tokens,
        };
        return LoadTargetHandle.Given(profile, description, parsed.GetValue(_relayProcess));
    }

    private static TimeSpan Time(string text)
    {
        var factor = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        return factor > 0 && double.TryParse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture, out var number) && number > 0
            ? TimeSpan.FromSeconds(number * factor)
            : throw new CommandException(ExitCode.Usage, $"'{text}' is no duration; write such as 90s, 10m or 24h.");
    }
}
