using System.Globalization;
using System.Text;

namespace CoralMux.Harness.Profiles.Pairs.Envelopes;

/// <summary>
/// Random payloads that are valid JSON and odd: every kind of value, Unicode of all planes, escapes, spellings of numbers,
/// doubled members, white space.
/// </summary>
public static class RandomPayload
{
    private const int MaximumDepth = 8;

    private static readonly string[] Spaces = ["", "", "", " ", "\t", "\n ", "\r\n"];
    private static readonly string[] Numbers =
        ["0", "-0", "1.0", "1e5", "1E+2", "-1.5e-3", "0.1", "9007199254740993", "123456789012345678901234567890", "1e-300"];

    /// <summary>A JSON object of about at most so many characters; the same seed gives the same one.</summary>
    public static string Create(Random random, int largest)
    {
        var text = new StringBuilder();
        // Small ones often, large ones now and then.
        var budget = (int)Math.Pow(largest, random.NextDouble());
        AppendObject(text, random, budget, depth: 1);
        return text.ToString();
    }

    private static void AppendObject(StringBuilder text, Random random, int budget, int depth)
    {
        text.Append('{');
        var limit = text.Length + budget;
        for (var first = true; text.Length < limit; first = false)
        {
            text.Append(first ? "" : ",").Append(Space(random));
            // Few names, so that some are doubled.
            AppendString(text.Append('"'), random, random.Next(3)).Append('"').Append(Space(random)).Append(':').Append(Space(random));
            AppendValue(text, random, limit - text.Length, depth + 1);
            text.Append(Space(random));
        }

        text.Append('}');
    }

    private static void AppendValue(StringBuilder text, Random random, int budget, int depth)
    {
        switch (random.Next(depth < MaximumDepth ? 7 : 5))
        {
            case 0: text.Append(random.Next(2) == 0 ? "true" : "false"); break;
            case 1: text.Append("null"); break;
            case 2: text.Append(Numbers[random.Next(Numbers.Length)]); break;
            case 3: AppendString(text.Append('"'), random, random.Next(20)).Append('"'); break;
            case 4: AppendString(text.Append('"'), random, Math.Max(1, budget / 2)).Append('"'); break;
            case 5: AppendObject(text, random, Math.Max(0, budget) / 2, depth); break;
            default:
                text.Append('[').Append(Space(random));
                AppendValue(text, random, budget / 2, depth + 1);
                text.Append(Space(random)).Append(']');
                break;
        }
    }

    private static StringBuilder AppendString(StringBuilder text, Random random, int length)
    {
        for (var limit = text.Length + length; text.Length < limit;)
        {
            switch (random.Next(6))
            {
                case 0: text.Append(CultureInfo.InvariantCulture, $"\\u{random.Next(0x10000):x4}"); break;
                case 1: text.Append("\\\"\\\\\\/\\b\\f\\n\\r\\t".AsSpan(random.Next(8) * 2, 2)); break;
                case 2: text.Append(new Rune(RandomScalar(random)).ToString()); break;
                default: text.Append((char)random.Next('a', 'z' + 1)); break;
            }
        }

        return text;
    }

    // Any Unicode scalar value that may be in a JSON string as it is.
    private static int RandomScalar(Random random)
    {
        while (true)
        {
            var value = random.Next(4) switch { 0 => random.Next(0x80, 0x800), 1 => random.Next(0x10000, 0x110000), _ => random.Next(0x20, 0x10000) };
            if (Rune.IsValid(value) && value is not ('"' or '\\'))
                return value;
        }
    }

    private static string Space(Random random) => Spaces[random.Next(Spaces.Length)];
}
