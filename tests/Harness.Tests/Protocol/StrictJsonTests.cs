using System.Globalization;
using System.Text;
using CoralMux.Harness.Messages;
using Newtonsoft.Json.Linq;

namespace CoralMux.Harness.Tests.Protocol;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("true", JTokenType.Boolean, "True")]
    [InlineData("false", JTokenType.Boolean, "False")]
    [InlineData("null", JTokenType.Null, "")]
    [InlineData("1.0", JTokenType.Integer, "1")]
    [InlineData("1.5", JTokenType.Float, "1.5")]
    [InlineData("9223372036854775807", JTokenType.Integer, "9223372036854775807")]
    [InlineData("9223372036854775808", JTokenType.Float, "9.223372036854776E+18")]
    public void Read_OfAValue_IsWhatADraft7ValidatorSees(string json, JTokenType type, string text)
    {
        var value = Read(json, out _);
        Assert.Equal((type, text), (value!.Type, ((JValue)value).ToString(CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData(512, true)]
    [InlineData(513, false)]
    public void Read_OfANest_EndsAtItsDepth(int depth, bool isRead) =>
        Assert.Equal(isRead, Read(new string('[', depth) + new string(']', depth), out _) is not null);

    /// <summary>What was found before it broke does not matter.</summary>
    [Theory]
    [InlineData("{\"a\":1,}", "at byte 7.")]
    [InlineData("{\"a\":1,\"a\":2,}", "at byte 13.")]
    public void Read_OfNoJson_SaysOneSentenceAndThePlace(string json, string place)
    {
        Assert.Null(Read(json, out var violations));
        var said = Assert.Single(violations).ToString();
        Assert.Contains(place, said, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, new string[0])]
    [InlineData("#/a.b[0]['c.d']", new[] { "a", "b", "0", "c.d" })]
    [InlineData("#/a[]", new[] { "a", "" })]
    [InlineData("#/a[0", new[] { "a", "0" })]
    [InlineData(@"#/['it\'s'].b", new[] { "it's", "b" })]
    [InlineData(@"#/['\u0041\nabcd1'].b", new[] { "A\nabcd1", "b" })]
    [InlineData(@"#/['\u004", new[] { "u004" })]
    [InlineData(@"#/['\u0041", new[] { "A" })]
    [InlineData(@"#/['a\", new[] { @"a\" })]
    [InlineData("#/['a", new[] { "a" })]
    public void Steps_OfAPath_AreItsMembersAndIndices(string? path, string[] expected) => Assert.Equal(expected, ErrorPath.Steps(path));

    private static JToken? Read(string json, out List<SchemaViolation> violations)
    {
        violations = [];
        return StrictJson.Read(Encoding.UTF8.GetBytes(json), violations);
    }
}
