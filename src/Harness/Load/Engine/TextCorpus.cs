using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bogus;

namespace CoralMux.Harness.Load.Engine;

/// <summary>What people and agents say to each other, from Bogus and the seed: a fixed stock, so that the making of it costs the run nothing.</summary>
internal sealed class TextCorpus
{
    public const int LongestMessage = 400 * 1024;

    private const int Stock = 128;
    private const int LargestAttachment = 192 * 1024;
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly byte[][] _questions;
    private readonly string[][] _answers;

    public TextCorpus(long seed)
    {
        var faker = new Faker { Random = new Randomizer((int)(seed & int.MaxValue)) };
        _questions = [.. Enumerable.Range(0, Stock).Select(number => Question(faker, number))];
        _answers = [.. Enumerable.Range(0, Stock).Select(_ => faker.Lorem.Sentences(faker.Random.Int(1, 8), " ").Split(' '))];
    }

    public byte[] Question(long number) => _questions[number % Stock];

    /// <summary>The words of an answer, as many as were asked for.</summary>
    public string Word(long answer, int number)
    {
        var words = _answers[answer % Stock];
        return words[number % words.Length] + " ";
    }

    private static byte[] Question(Faker faker, int number)
    {
        var text = faker.Hacker.Phrase() + " " + faker.Lorem.Sentence();
        // One in sixteen brings a picture.
        return number % 16 == 7
            ? JsonSerializer.SerializeToUtf8Bytes(
                new { text, agent_id = "agent-1", attachments = new[] { new { type = "image", mime_type = "image/png", content_b64 = Convert.ToBase64String(faker.Random.Bytes(faker.Random.Int(8 * 1024, LargestAttachment))) } } }, Json)
            : JsonSerializer.SerializeToUtf8Bytes(new { text, agent_id = "agent-1" }, Json);
    }

    public static byte[] Delta(string text, int number) => JsonSerializer.SerializeToUtf8Bytes(new { delta = text, seq = number }, Json);

    public static byte[] FullText(string text) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { full_text = text }, Json));
}
