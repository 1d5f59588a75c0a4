using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Messages;

namespace CoralMux.Harness.Tests.Protocol;

public sealed class SchemaCatalogTests
{
    private const string Pong = """{"v":1,"type":"pong","id":"0b9fd1a6-6a6f-4f0e-9d3b-0d6f4f3c2b1a","ts":1763596800000,"payload":{}}""";

    private static readonly SchemaCatalog Catalog = SchemaCatalog.Load(Repository.Suite);

    [Fact]
    public void Validate_UnknownSchemaName_IsArgumentException() =>
        Assert.Throws<ArgumentException>(() => Catalog.Validate("messages/chat.sned", "{}"u8.ToArray()));

    [Fact]
    public void Load_MissingDirectory_SaysSo() =>
        Assert.Throws<DirectoryNotFoundException>(() => SchemaCatalog.Load(Repository.Suite with { Profile = "no-such-profile" }));

    [Theory]
    [InlineData("readme.md", "has no *.schema.json")]
    [InlineData("broken.schema.json", "broken.schema.json is not a usable schema")]
    [InlineData("../broken.schema.json", "broken.schema.json is not a usable schema")]
    public void Load_SuiteWithoutUsableSchemas_SaysSo(string file, string said)
    {
        var suite = new Suite(Directory.CreateTempSubdirectory("coralmux-schemas-").FullName, "pairs");
        try
        {
            Directory.CreateDirectory(suite.Schemas);
            File.WriteAllText(Path.Combine(suite.Schemas, file), "{");
            Assert.Contains(said, Assert.Throws<InvalidDataException>(() => SchemaCatalog.Load(suite)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(suite.Root, recursive: true);
        }
    }

    [Fact]
    public void Names_OfARepositorysCatalog_AreThoseOfTheProfileAndTheShared()
    {
        Assert.Contains("messages/chat.send", Catalog.Names);
        Assert.Contains("report", Catalog.Names);
        Assert.DoesNotContain(Catalog.Names, name => name.Contains("pairs", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_OfTheCatalog_AreInOrdinalOrder() => Assert.Equal(Catalog.Names.Order(StringComparer.Ordinal), Catalog.Names);

    /// <summary>What is expected and what is there, the latter as far as a line has room.</summary>
    [Theory]
    [InlineData("\"v\":1", "\"v\":2", "must be 1; it is 2.")]
    [InlineData("\"online\"", "\"away\"", "must be one of \"online\", \"offline\"; it is \"away\".")]
    [InlineData("\"online\"", "\"1234567890123456789012345678901234567890123456789012345678\"", "345678\".")]
    [InlineData("\"online\"", "\"12345678901234567890123456789012345678901234567890123456789\"", "3456789….")]
    public void Violation_OfAnEnumeration_SaysWhatIsExpectedAndWhatIsThere(string from, string to, string said)
    {
        const string Status = """{"v":1,"type":"status","id":"0b9fd1a6-6a6f-4f0e-9d3b-0d6f4f3c2b1a","ts":1763596800000,"payload":{"peer":"online"}}""";
        Assert.EndsWith(said, Assert.Single(Relay(Status.Replace(from, to, StringComparison.Ordinal))).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ValidateRelayEnvelope_Pong_IsValid() => Assert.Empty(Relay(Pong));

    [Theory]
    [InlineData("\"payload\":{}", "\"payload\":null", "/payload")]
    [InlineData("\"v\":1", "\"v\":2", "/v")]
    [InlineData("\"v\":1", "\"v\":\"1\"", "/v")]
    [InlineData("1763596800000", "1763596800", "/ts")]
    [InlineData("0b9fd1a6-6a6f-4", "0b9fd1a6-6a6f-1", "/id")]
    [InlineData("2b1a\"", "2b1a\\n\"", "/id")]
    [InlineData("\"pong\"", "\"chat.send\"", "/type")]
    [InlineData("\"type\":\"pong\",", "", "/type")]
    [InlineData("\"type\":\"pong\"", "\"type\":\"pong\",\"type\":\"pong\"", "/type")]
    public void ValidateRelayEnvelope_OneRuleBroken_NamesThePlace(string from, string to, string path)
    {
        var violation = Assert.Single(Relay(Pong.Replace(from, to, StringComparison.Ordinal)));
        Assert.Equal(path, violation.Path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("/* */{}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"a\":1e999}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    public void Validate_NotJson_IsOneViolationOfTheDocument(string text)
    {
        var violation = Assert.Single(Catalog.Validate("messages/ping", Encoding.UTF8.GetBytes(text)));
        Assert.Equal("", violation.Path);
    }

    [Fact]
    public void Validate_InvalidUtf8_IsViolation() =>
        Assert.Single(Catalog.Validate("messages/ping", new byte[] { (byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}' }));

    [Fact]
    public void Validate_NestedTooDeep_IsViolation() =>
        Assert.Single(Catalog.Validate("messages/ping", Encoding.UTF8.GetBytes(new string('[', 100_000))));

    [Theory]
    [InlineData("{\"full_text\":\"x\",\"usage\":{\"prompt_tokens\":1.0,\"completion_tokens\":1e3}}", null)]
    [InlineData("{\"full_text\":\"x\",\"usage\":{\"prompt_tokens\":1.5,\"completion_tokens\":2}}", "/usage/prompt_tokens")]
    [InlineData("{\"full_text\":\"x\",\"usage\":{\"prompt_tokens\":123456789012345678901234567890,\"completion_tokens\":2}}", "/usage/prompt_tokens")]
    [InlineData("{\"full_text\":\"x\",\"attachments\":[{\"type\":\"image\",\"mime_type\":\"image/png\"}]}", "/attachments/0/url")]
    [InlineData("{\"enc\":true,\"ciphertext\":\"AAAAAAAAAAAAAAAAAAAAAAAA\",\"nonce\":\"short\"}", "/nonce")]
    [InlineData("{\"enc\":true,\"ciphertext\":\"AAAAAAAAAAAAAAAAAAAAAAAA\",\"nonce\":\"AAAAAAAAAAAAAAAA\",\"text\":\"leak\"}", "/text")]
    [InlineData("{\"enc\":\"yes\",\"full_text\":\"x\"}", "/enc")]
    [InlineData("[]", "")]
    public void Validate_ChatDone_NamesThePlace(string text, string? path)
    {
        var violations = Catalog.Validate("messages/chat.done", Encoding.UTF8.GetBytes(text));
        Assert.Equal(path is null ? [] : [path], violations.Select(violation => violation.Path).Distinct());
    }

    [Fact]
    public void Validate_NameThatNeedsEscapes_GivesJsonPointer()
    {
        var violation = Assert.Single(Catalog.Validate("target", """{"url":"ws://x/ws","headers":{"a.b/c~d'] \\\u0085":1}}"""u8.ToArray()));
        Assert.Equal("/headers/a.b~1c~0d'] \\\u0085", violation.Path);
    }

    [Fact]
    public void Validate_LargestMessage_IsNoTroubleForThePatterns()
    {
        var content = Convert.ToBase64String(new byte[3_900_000]);
        Assert.Empty(Attachment(content));
        Assert.Single(Attachment(content[..^2] + "*="));

        static IReadOnlyList<SchemaViolation> Attachment(string content) => Catalog.Validate("messages/chat.send",
            Encoding.UTF8.GetBytes($$"""{"text":"","attachments":[{"type":"image","mime_type":"image/png","content_b64":"{{content}}"}]}"""));
    }

    [Fact]
    public void Validate_FromManyThreads_GivesTheSameAnswers() =>
        Parallel.For(0, 2000, _ =>
        {
            Assert.Empty(Relay(Pong));
            Assert.Single(Relay(Pong.Replace("{}", "[]", StringComparison.Ordinal)));
        });

    private static IReadOnlyList<SchemaViolation> Relay(string text) => Catalog.ValidateRelayEnvelope(Encoding.UTF8.GetBytes(text));
}
