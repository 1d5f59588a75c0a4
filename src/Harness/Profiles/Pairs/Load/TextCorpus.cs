using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bogus;

namespace CoralMux.Harness.Profiles.Pairs.Load;

/// <summary>The texts of people and agents, from Bogus and the seed: a fixed stock made before the run, so that it costs the run nothing.</summary>
internal sealed class TextCorpus
{
    /// <summary>Bytes, encryption included.</summary>
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

    /// <summary>One word of an answer, with a space behind it.</summary>
    public string Word(long answer, int number)
    {
        var words = _answers[answer % Stock];
        return words[number % words.Length] + " ";
    }

    private static byte[] Question(Faker faker, int number)
    {
        var text = faker.Hacker.Phrase() + " " + faker.Lorem.Sentence();
        // One in sixteen has a picture.
        if (number % 16 != 7)
            return JsonSerializer.SerializeToUtf8Bytes(new { text, agent_id = "agent-1" }, Json);
        var picture = Convert.ToBase64String(faker.Random.Bytes(faker.Random.Int(8 * 1024, LargestAttachment)));
        var attachments = new[] { new { type = "image", mime_type = "image/png", content_b64 = picture } };
        return JsonSerializer.SerializeToUtf8Bytes(new { text, agent_id = "agent-1", attachments }, Json);
    }

    public static byte[] Delta(string text, int number) => JsonSerializer.SerializeToUtf8Bytes(new { delta = text, seq = number }, Json);

    public static byte[] FullText(string text) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { full_text = text }, Json));
}
