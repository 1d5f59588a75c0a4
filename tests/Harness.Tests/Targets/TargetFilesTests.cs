using System.Text.Json;
using System.Text.Json.Nodes;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Tests.Protocol;

namespace CoralMux.Harness.Tests.Targets;

public sealed class TargetFilesTests
{
    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip };

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "targets")).Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Files))]
    public void TargetFile_OfTheRepository_IsReadAndValid(string file)
    {
        var path = Path.Combine(Repository.Root, "targets", file);
        Assert.NotNull(TargetDescription.Read(path).Url);
        Assert.Empty(SchemaCatalog.Load(Suite.BuiltIn).Validate("target", JsonSerializer.SerializeToUtf8Bytes(Read(path))));
    }

    [Fact]
    public void Template_AndDocument_HaveEveryKeyOfTheSchema()
    {
        var schema = Read(Path.Combine(Repository.Root, "schemas", "target.schema.json"))["properties"]!.AsObject();
        var template = Read(Path.Combine(Repository.Root, "targets", "template.json")).AsObject();
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "targets.md"));
        foreach (var (key, value) in schema.Where(pair => pair.Key is not ("$schema" or "x-probe")))
        {
            Assert.True(template.ContainsKey(key), $"template.json lacks {key}");
            Assert.Contains(key, document, StringComparison.Ordinal);
            foreach (var inner in (value!["properties"]?.AsObject() ?? []).Select(pair => pair.Key))
            {
                Assert.True(template[key]!.AsObject().ContainsKey(inner), $"template.json lacks {key}.{inner}");
                Assert.Contains(inner, document, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Profiles_OfTheSchema_AreTheFoldersOfEverySuite()
    {
        var schema = Read(Path.Combine(Repository.Root, "schemas", "target.schema.json"))["properties"]!["profile"]!["enum"]!.AsArray();
        Assert.Equal(Repository.Suite.Profiles, schema.Select(name => name!.GetValue<string>()));
        Assert.Equal(Repository.Suite.Profiles, Suite.BuiltIn.Profiles);
    }

    private static JsonNode Read(string path) => JsonNode.Parse(File.ReadAllText(path), documentOptions: WithComments)!;
}
