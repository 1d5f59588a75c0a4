using System.Net;
using System.Text.Json;

namespace CoralMux.ReferenceRelay.Options;

/// <summary>Puts the options together: the file first, then the environment, then the flags. Collects every error instead of stopping at the
/// first.</summary>
internal sealed class OptionsParser(IReadOnlyList<Setting> settings, RelayOptions defaults)
{
    private static readonly JsonDocumentOptions FileOptions = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly Dictionary<string, (Setting Setting, List<string> Values, string Source)> _given = new(StringComparer.Ordinal);
    private readonly List<string> _errors = [];

    /// <summary>The names of settings with a wrong value, or without one.</summary>
    private readonly HashSet<string> _rejected = [];

    public ParsedOptions Parse(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        var flags = ReadFlags(arguments, out var file, out var help, out var version);
        if (help || version)
            return new ParsedOptions(null, [], help, version);

        file ??= environment("RELAY_CONFIG");
        if (file is not null)
            ReadFile(file);
        ReadEnvironment(environment);
        Take(flags.GroupBy(f => f.Setting.Name).Select(g => (g.First().Setting, g.Select(f => f.Value).ToList())), name => "-" + name);

        var options = Build();
        return new ParsedOptions(_errors.Count == 0 ? options : null, _errors, false, false);
    }

    private RelayOptions Build()
    {
        var options = defaults;
        foreach (var (setting, values, source) in _given.Values)
        {
            foreach (var value in values)
            {
                try
                {
                    options = setting.Apply(options, value);
                }
                catch (FormatException error)
                {
                    _errors.Add($"{source} {error.Message}" + (setting.IsSecret ? "" : $", not '{value}'"));
                    _rejected.Add(setting.Name);
                }
            }
        }

        if (options.Domain is not null && !_given.ContainsKey("addr"))
            options = options with { Address = new IPEndPoint(IPAddress.IPv6Any, 443) };
        CheckTogether(options);
        return options;
    }

    private void CheckTogether(RelayOptions options)
    {
        if ((options.TlsCertificate is null) != (options.TlsKey is null))
            _errors.Add("-tls-cert and -tls-key go together: give both or neither");
        else if (options.Domain is not null && options.TlsCertificate is null && !_rejected.Overlaps(["tls-cert", "tls-key"]))
            _errors.Add("-domain needs a certificate: give -tls-cert and -tls-key, or put a proxy that has one in front and leave -domain out");
        if (options.Limits.IdleTimeout <= options.Limits.PingInterval)
            _errors.Add("-idle-timeout must be longer than -ping-interval, or quiet clients are dropped before they are asked");
        if (options.Limits.DailyQuota > options.Limits.MonthlyQuota)
            _errors.Add("-daily-quota must not be larger than -monthly-quota");
        if (options.OpenAdmin && options.AdminKey is not null)
            _errors.Add("-open-admin and -admin-key contradict each other: give one of them");
    }

    private List<(Setting Setting, string Value)> ReadFlags(IReadOnlyList<string> arguments, out string? file, out bool help, out bool version)
    {
        List<(Setting Setting, string Value)> flags = [];
        file = null;
        help = version = false;
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith('-') || argument.Trim('-').Length == 0)
            {
                _errors.Add($"'{argument}' is not a flag: see --help");
                continue;
            }

            var parts = argument.TrimStart('-').Split('=', 2);
            var name = parts[0];
            if (name is "help" or "h" or "?") { help = true; continue; }
            if (name == "version") { version = true; continue; }

            var setting = Find(name);
            if (setting is null && name != "config")
            {
                _errors.Add($"unknown flag '{(argument.StartsWith("--", StringComparison.Ordinal) ? "--" : "-")}{name}': see --help for all flags");
                continue;
            }

            string value;
            if (parts.Length == 2)
                value = parts[1];
            else if (setting is { IsSwitch: true })
                value = "true";
            else if (i + 1 < arguments.Count)
                value = arguments[++i];
            else
            {
                _errors.Add($"-{name} needs a value: see --help");
                _rejected.Add(name);
                continue;
            }

            if (setting is null)
                file = value;
            else
                flags.Add((setting, value));
        }

        return flags;
    }

    private void ReadEnvironment(Func<string, string?> environment)
    {
        foreach (var setting in settings)
        {
            if (environment(setting.Variable) is { Length: > 0 } value)
                Take([(setting, [value])], _ => setting.Variable);
        }
    }

    private void ReadFile(string path)
    {
        JsonElement root;
        try
        {
            using var stream = File.OpenRead(path);
            using JsonDocument document = JsonDocument.Parse(stream, FileOptions);
            root = document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            _errors.Add($"{path}: is not valid JSON at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}");
            return;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _errors.Add($"-config {path}: {error.Message}");
            return;
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            _errors.Add($"{path}: must be a JSON object of settings");
            return;
        }

        foreach (var property in root.EnumerateObject())
        {
            if (Find(property.Name) is not { } setting)
                _errors.Add($"{path}: unknown key '{property.Name}'");
            else if (_given.ContainsKey(setting.Name))
                _errors.Add($"{path}: {property.Name} appears twice");
            else if (Texts(property.Value) is { } values)
                Take([(setting, values)], name => $"{path}: {name}");
            else
                _errors.Add($"{path}: {property.Name} must be a string, a number, true, false or a list of them");
        }
    }

    /// <summary>Null when the value is not text, number, switch or a list of them.</summary>
    private static List<string>? Texts(JsonElement value)
    {
        IEnumerable<JsonElement> elements = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];
        List<string> texts = [];
        foreach (var element in elements)
        {
            if (element.ValueKind is JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.Array)
                return null;
            texts.Add(element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText());
        }

        return texts;
    }

    /// <summary>A later source replaces the values of an earlier one.</summary>
    private void Take(IEnumerable<(Setting Setting, List<string> Values)> given, Func<string, string> source)
    {
        foreach (var (setting, values) in given)
            _given[setting.Name] = (setting, values, source(setting.Name));
    }

    private Setting? Find(string name) => settings.FirstOrDefault(s => s.Name == name);
}
