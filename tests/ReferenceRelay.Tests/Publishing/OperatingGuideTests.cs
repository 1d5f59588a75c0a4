using System.Text.RegularExpressions;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;

namespace CoralMux.ReferenceRelay.Tests.Publishing;

/// <summary>The table of settings in docs/operating.md says what the program does.</summary>
public sealed partial class OperatingGuideTests
{
    private static readonly Dictionary<string, string[]> Rows = File
        .ReadLines(Path.Combine(PublishedFile.Repository, "docs", "operating.md"))
        .Where(line => line.StartsWith("| `-", StringComparison.Ordinal) && line.Contains("`RELAY_", StringComparison.Ordinal))
        .Select(line => line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim().Trim('`')).ToArray())
        .ToDictionary(cells => cells[0].TrimStart('-'));

    public static TheoryData<string> Names => [.. Composition.Settings.Select(setting => setting.Name)];

    [Fact]
    public void Table_HasTheSettingsThereAreInTheirOrder() =>
        Assert.Equal(Composition.Settings.Select(setting => setting.Name), Rows.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Row_SaysWhatTheProgramSays(string name)
    {
        var setting = Composition.Settings.Single(s => s.Name == name);
        var cells = Rows[name];
        var help = HelpWithDefault().Match(setting.Help);

        Assert.Equal(setting.Variable, cells[1]);
        Assert.Equal(setting.Value.Replace("|", " or ", StringComparison.Ordinal), cells[2]);
        Assert.Equal(help.Groups["default"].Value, cells[3]);
        Assert.Equal(help.Groups["text"].Value.Replace("|", " or ", StringComparison.Ordinal), cells[5]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Default_IsTheDefault(string name)
    {
        var value = Rows[name][3];
        if (value.Length > 0)
            Assert.Equal(Composition.Defaults, Composition.Settings.Single(s => s.Name == name).Apply(Composition.Defaults, value));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Range_IsWhatIsAccepted(string name)
    {
        var setting = Composition.Settings.Single(s => s.Name == name);
        var allowed = Range().Match(Refusal(setting, "-1"));
        if (allowed.Success)
            Assert.Equal($"{allowed.Groups["least"].Value} to {allowed.Groups["most"].Value}", Rows[name][4]);
    }

    private static string Refusal(Setting setting, string value)
    {
        try
        {
            setting.Apply(Composition.Defaults, value);
            return "";
        }
        catch (FormatException error)
        {
            return error.Message;
        }
    }

    [GeneratedRegex(@"^(?<text>.*?)( \((?<default>[^() ]+)\))?$")]
    private static partial Regex HelpWithDefault();

    [GeneratedRegex(@"must be a (whole number|time) from (?<least>\S+) to (?<most>[^\s,]+)")]
    private static partial Regex Range();
}
