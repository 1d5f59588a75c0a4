using System.Text;
using System.Text.Json;
using CoralMux.ReferenceRelay.Http;
using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;

namespace CoralMux.ReferenceRelay.Tests.Profiles.Pairs;

public sealed class EnvelopeTests
{
    private static readonly string[] Seeds =
    [
        """{"v":1,"type":"chat.send","id":"0d8f7c2e-5b1a-4c3d-9e2f-1a2b3c4d5e6f","ts":1795218744794,"payload":"""
            + """{"text":"h\u00e9 \ud83d\ude00 \"q\"","n":[1,-2.5e+10,true,false,null,{}]}}""",
        """ { "payload" : { "a" : { "b" : [ [ ] , { "c" : "\\\/\b\f\n\r\t" } ] } } , "type" : "key_exchange" , "v" : 1 } """,
    ];

    private static string? Problem(string text) => Envelope.Read(Encoding.UTF8.GetBytes(text)).Problem;

    private static MessageKind Kind(string type) => MessageKinds.Of(Encoding.UTF8.GetBytes(type));

    [Theory]
    [InlineData("""{"v":1,"type":"chat.send","id":"a","ts":1,"payload":{}}""")]
    [InlineData("""{"payload":{},"type":"chat.send","v":1}""")]
    [InlineData(""" { "v" : 1.0 , "type" : "chat.send" , "payload" : { "a" : [ 1 , { } ] } , "x" : null } """)]
    [InlineData("""{"v":1e0,"type":"chat.send","payload":{"type":"x","payload":1,"type":"y"}}""")]
    [InlineData("""{"v":1,"Type":"a","TYPE":"b","type":"chat.send","Payload":[],"payload":{}}""")]
    [InlineData("""{"v":1,"type":"chat.send","id":5,"ts":"soon","payload":{"\ud800":"\udfff\u0000"}}""")]
    [InlineData("""{"\ud800":1,"\u0074ype\u0000":2,"v":1,"type":"chat.send","payload":{}}""")]
    [InlineData("""{"v":1,"\u0074ype":"\u0063hat.send","payload":{}}""")]
    public void Read_GoodForm_HasNoProblem(string text)
    {
        Envelope envelope = Envelope.Read(Encoding.UTF8.GetBytes(text));

        Assert.Null(envelope.Problem);
        Assert.Equal(MessageKind.Forwarded, envelope.Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"chat.send\"")]
    [InlineData("{}")]
    [InlineData("""{"v":1,"type":"chat.send","payload":{}} x""")]
    [InlineData("""{"v":1,"type":"chat.send","payload":{}}{}""")]
    [InlineData("""{"v":1,"type":"chat.send","payload":{},}""")]
    [InlineData("""{"v":1,"type":"chat.send"}""")]
    [InlineData("""{"v":1,"type":"chat.send","payload":null}""")]
    [InlineData("""{"v":1,"type":"chat.send","payload":[]}""")]
    [InlineData("""{"v":1,"type":"chat.send","payload":"{}"}""")]
    [InlineData("""{"v":1,"type":7,"payload":{}}""")]
    [InlineData("""{"v":1,"payload":{}}""")]
    [InlineData("""{"v":2,"type":"chat.send","payload":{}}""")]
    [InlineData("""{"v":"1","type":"chat.send","payload":{}}""")]
    [InlineData("""{"type":"chat.send","payload":{}}""")]
    [InlineData("""{"v":1,"type":"chat.send","type":"chat.done","payload":{}}""")]
    [InlineData("""{"v":1,"type":"chat.send","\u0074ype":"chat.done","payload":{}}""")]
    [InlineData("""{"v":1,"type":"chat.send","payload":{},"payload":{}}""")]
    [InlineData("""{"v":1,"v":2,"type":"chat.send","payload":{}}""")]
    [InlineData("""{"v":1,"type":"chat.send","payload":{"a":01}}""")]
    [InlineData("""{"v":1,"type":"chat.send","payload":{"a":"\x"}}""")]
    [InlineData("\uFEFF{\"v\":1,\"type\":\"chat.send\",\"payload\":{}}")]
    public void Read_BadForm_HasProblem(string text) => Assert.NotNull(Problem(text));

    [Fact]
    public void Read_InvalidUtf8InsideString_SaysSo()
    {
        var text = Encoding.UTF8.GetBytes("""{"v":1,"type":"chat.send","payload":{"a":"?"}}""");
        text[Array.IndexOf(text, (byte)'?')] = 0xC0;

        Assert.True(Envelope.Read(text).NotUtf8);
    }

    [Fact]
    public void Read_DeepNesting_IsOpaque()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 100_000)) + string.Concat(Enumerable.Repeat("]", 100_000));

        Assert.Null(Problem($$$"""{"v":1,"type":"chat.send","payload":{"a":{{{deep}}}}}"""));
        Assert.NotNull(Problem($$$"""{"v":1,"type":"chat.send","payload":{"a":{{{deep[1..]}}}}}"""));
    }

    [Fact]
    public void Read_Payload_IsTheVeryBytes()
    {
        Envelope envelope = Envelope.Read("""{"v":1,"payload": { "token" : "x" } ,"type":"auth","id":"\u0061b"}"""u8);

        Assert.Equal("""{ "token" : "x" }""", Encoding.UTF8.GetString(envelope.Payload));
        Assert.Equal(@"\u0061b", Encoding.UTF8.GetString(envelope.Ref));
    }

    [Theory]
    [InlineData("""{"v":1,"type":"chat.done","id":"a","payload":{}}""", "a")]
    [InlineData("""{"v":1,"id":"a","payload":{}}""", "a")]
    [InlineData("""{"v":1,"type":"chat.done","id":"a","id":"b","payload":{}}""", "")]
    [InlineData("""{"v":1,"type":"chat.done","id":"a","\u0069d":"a","payload":{}}""", "")]
    [InlineData("""{"v":1,"type":"chat.done","id":7,"id":"a","payload":{}}""", "")]
    [InlineData("""{"v":1,"type":"chat.done","id":"a","id":7,"payload":{}}""", "")]
    [InlineData("""{"v":1,"type":"chat.done","id":"a","payload":{}""", "")]
    public void Read_Ref_IsTheOneId(string text, string id) =>
        Assert.Equal(id, Encoding.UTF8.GetString(Envelope.Read(Encoding.UTF8.GetBytes(text)).Ref));

    [Theory]
    [InlineData("0d8f7c2e-5b1a-4c3d-9e2f-1a2b3c4d5e6f", true)]
    [InlineData("0D8F7C2E-5B1A-1C3D-9E2F-1A2B3C4D5E6F", true)]
    [InlineData(@"\u0030d8f7c2e-5b1a-4c3d-9e2f-1a2b3c4d5e6f", true)]
    [InlineData("0d8f7c2e-5b1a-4c3d-9e2f-1a2b3c4d5e6", false)]
    [InlineData("0d8f7c2e-5b1a-4c3d-9e2f-1a2b3c4d5e6g", false)]
    [InlineData("0d8f7c2e05b1a04c3d09e2f01a2b3c4d5e6f", false)]
    [InlineData("{0d8f7c2e-5b1a-4c3d-9e2f-1a2b3c4d5e6f}", false)]
    [InlineData("", false)]
    public void IsUuid_OfSpelling_IsDecided(string raw, bool expected) =>
        Assert.Equal(expected, Envelope.IsUuid(Encoding.UTF8.GetBytes(raw)));

    [Fact]
    public void ReadRef_BeginningOnly_FindsTheId()
    {
        Assert.Equal("abc", Encoding.UTF8.GetString(Envelope.ReadRef("""{"v":1,"x":{"id":"no"},"id":"abc","payload":{"text":"and then it goes on"""u8)));
        Assert.True(Envelope.ReadRef("""{"v":1,"payload":{"id":"no","te"""u8).IsEmpty);
    }

    [Theory]
    [InlineData("chat.send", nameof(MessageKind.Forwarded))]
    [InlineData("chat.never_heard_of", nameof(MessageKind.Forwarded))]
    [InlineData("file.a.b.c", nameof(MessageKind.Forwarded))]
    [InlineData("key_exchange", nameof(MessageKind.Forwarded))]
    [InlineData("chat.error", nameof(MessageKind.Forwarded))]
    [InlineData("chat.stream", nameof(MessageKind.AgentOnly))]
    [InlineData("chat.done", nameof(MessageKind.AgentOnly))]
    [InlineData("chat.tool_status", nameof(MessageKind.AgentOnly))]
    [InlineData("memory.search.result", nameof(MessageKind.AgentOnly))]
    [InlineData("agent.result", nameof(MessageKind.AgentOnly))]
    [InlineData("auth", nameof(MessageKind.Auth))]
    [InlineData("auth.ok", nameof(MessageKind.Reserved))]
    [InlineData("auth.fail", nameof(MessageKind.Reserved))]
    [InlineData("status", nameof(MessageKind.Reserved))]
    [InlineData("ping", nameof(MessageKind.Ping))]
    [InlineData("pong", nameof(MessageKind.Pong))]
    [InlineData("Chat.send", nameof(MessageKind.Unknown))]
    [InlineData("chat", nameof(MessageKind.Unknown))]
    [InlineData("chat.", nameof(MessageKind.Unknown))]
    [InlineData("chats.send", nameof(MessageKind.Unknown))]
    [InlineData("auth.maybe", nameof(MessageKind.Unknown))]
    [InlineData("", nameof(MessageKind.Unknown))]
    [InlineData(".", nameof(MessageKind.Unknown))]
    public void Kind_OfType_IsClosed(string type, string kind) => Assert.Equal(kind, Kind(type).ToString());

    /// <summary>The look must agree with a full parser about what is JSON, whatever has been done to the text.</summary>
    [Fact]
    public void Read_MutatedEnvelopes_AgreesWithDocument()
    {
        var random = new Random(20260517);
        var alphabet = "{}[]\":,\\/ \t\n\r0123456789+-.eEutrufalsn\0\u007f"u8.ToArray();
        for (var i = 0; i < 100_000; i++)
        {
            List<byte> text = [.. Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)])];
            for (var changes = random.Next(4); changes > 0; changes--)
            {
                var at = random.Next(text.Count);
                switch (random.Next(3))
                {
                    case 0: text[at] = random.Next(8) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)]; break;
                    case 1: text.RemoveAt(at); break;
                    default: text.Insert(at, alphabet[random.Next(alphabet.Length)]); break;
                }
            }

            byte[] bytes = [.. text];
            Assert.True(Expected(bytes) == (Envelope.Read(bytes).Problem is null), $"differs: {Encoding.Latin1.GetString(bytes)}");
        }
    }

    private static bool Expected(byte[] text)
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(text);
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 1000 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return false;
            var members = document.RootElement.EnumerateObject().ToLookup(p => Name(p), p => p.Value);
            return members["type"].Count() == 1 && members["type"].Single().ValueKind == JsonValueKind.String
                && members["payload"].Count() == 1 && members["payload"].Single().ValueKind == JsonValueKind.Object
                && members["v"].Any() && members["v"].All(v => v.ValueKind == JsonValueKind.Number && v.TryGetDecimal(out var one) && one == 1);
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            return false;
        }
    }

    private static string? Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
