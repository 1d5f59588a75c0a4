using System.Reflection;
using System.Text.Json.Serialization;

namespace CoralMux.Harness.Load.Words;

/// <summary>The words of an enum in files and on the command line: the <see cref="JsonStringEnumMemberNameAttribute"/> of each member.</summary>
public static class Word
{
    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Words = Enum.GetValues<T>().ToDictionary(
            value => value,
            value => typeof(T).GetField(value.ToString())!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!.Name);

        public static readonly Dictionary<string, T> Values = Words.ToDictionary(pair => pair.Value, pair => pair.Key);
    }

    public static string Of<T>(T value)
        where T : struct, Enum => Table<T>.Words[value];

    public static IReadOnlyCollection<string> All<T>()
        where T : struct, Enum => Table<T>.Values.Keys;

    public static bool TryRead<T>(string word, out T value)
        where T : struct, Enum => Table<T>.Values.TryGetValue(word, out value);
}
