using System.Text.Json;

namespace CoralMux.Harness.Tests.Protocol;

/// <summary>Access to <c>spec/pairs/vectors/</c>.</summary>
internal static class VectorFile
{
    public static JsonElement Read(string name) => JsonElement.Parse(File.ReadAllBytes(Repository.At("spec", "pairs", "vectors", name)));

    /// <summary>One row for each element of <paramref name="list"/>: its id, by which the test finds it again.</summary>
    public static TheoryData<string> Ids(string name, params string[] list) =>
        [.. List(name, list).Select(vector => vector.Text("id"))];

    public static JsonElement Find(string name, string id, params string[] list) =>
        List(name, list).Single(vector => vector.Text("id") == id);

    public static string Text(this JsonElement vector, string member) => vector.GetProperty(member).GetString()!;

    public static byte[] Hex(this JsonElement vector, string member) => Convert.FromHexString(vector.Text(member));

    private static JsonElement.ArrayEnumerator List(string name, string[] list) =>
        list.Aggregate(Read(name), (at, member) => at.GetProperty(member)).EnumerateArray();
}
