using System.Text;

namespace CoralMux.ReferenceRelay.Tests.Support;

internal static class Envelopes
{
    public const string Id = "0d8f7c2e-5b1a-4c3d-9e2f-1a2b3c4d5e6f";

    public static string Of(string type, string payload = "{}", string id = Id) =>
        $$"""{"v":1,"type":"{{type}}","id":"{{id}}","ts":1795218744794,"payload":{{payload}}}""";

    public static string Auth(string token, string role) => Of("auth", $$"""{"token":"{{token}}","role":"{{role}}"}""");

    /// <summary>A chat.send of exactly so many bytes.</summary>
    public static byte[] OfSize(int size)
    {
        var empty = Of("chat.send", """{"text":""}""");
        return Encoding.UTF8.GetBytes(empty.Replace("\"text\":\"", "\"text\":\"" + new string('a', size - empty.Length), StringComparison.Ordinal));
    }
}
