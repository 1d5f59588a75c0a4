using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CoralMux.Harness.Messages;

namespace CoralMux.Harness.Tests.Protocol;

/// <summary>Every <c>```json</c> block of <c>spec/pairs/*.md</c> follows the schema that the comment before it names.</summary>
public sealed partial class SpecExampleTests
{
    private static readonly SchemaCatalog Catalog = SchemaCatalog.Load(Repository.Suite);

    public static TheoryData<string> Chapters =>
        [.. Directory.EnumerateFiles(Repository.Suite.Specification, "*.md").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Chapters))]
    public void Example_OfAChapter_FollowsTheSchemaThatItNames(string chapter)
    {
        foreach (Match block in Example().Matches(File.ReadAllText(Path.Combine(Repository.Suite.Specification, chapter))))
        {
            var (name, json) = (block.Groups["name"].Value, Encoding.UTF8.GetBytes(block.Groups["json"].Value));
            Assert.True(name.Length > 0, $"No comment names the schema of:\n{block.Value}");
            var violations = Judge(name, json);
            Assert.True(violations.Count == 0, string.Join('\n', violations) + "\n" + block.Value);
        }
    }

    /// <summary>The name of a message type represents the whole envelope of that type.</summary>
    private static IReadOnlyList<SchemaViolation> Judge(string name, byte[] json)
    {
        if (!Catalog.Names.Contains("messages/" + name))
            return Catalog.Validate(name, json);
        if (name is "auth.ok" or "auth.fail" or "status" or "ping" or "pong")
            return Catalog.Validate("relay/" + name, json);
        var payload = JsonElement.Parse(json).GetProperty("payload").GetRawText();
        return [.. Catalog.Validate("envelope", json), .. Catalog.Validate("messages/" + name, Encoding.UTF8.GetBytes(payload))];
    }

    [GeneratedRegex("""(?:<!-- schema: (?<name>\S+) -->\r?\n)?^```json\r?\n(?<json>.*?)^```""", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();
}
