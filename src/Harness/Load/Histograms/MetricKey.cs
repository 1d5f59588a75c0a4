using System.Text.Json.Serialization;
using CoralMux.Harness.Load.Words;

namespace CoralMux.Harness.Load.Histograms;

/// <summary>Which time was measured.</summary>
public enum Family
{
    [JsonStringEnumMemberName("connect")] Connect,
    [JsonStringEnumMemberName("auth")] Auth,
    [JsonStringEnumMemberName("pair")] Pair,
    [JsonStringEnumMemberName("one_way")] OneWay,
    [JsonStringEnumMemberName("round_trip")] RoundTrip,
    [JsonStringEnumMemberName("first_token")] FirstToken,
    [JsonStringEnumMemberName("token_gap")] TokenGap,
    [JsonStringEnumMemberName("last_token")] LastToken,
    [JsonStringEnumMemberName("error")] Error,
}

/// <summary>From where a time counts.</summary>
public enum Measure
{
    /// <summary>From the intended start.</summary>
    [JsonStringEnumMemberName("response")] Response,

    /// <summary>From the real send.</summary>
    [JsonStringEnumMemberName("service")] Service,

    /// <summary>Between the two, where the generator was late.</summary>
    [JsonStringEnumMemberName("lag")] Lag,
}

/// <summary>Identifies one distribution.</summary>
/// <param name="Direction">Such as <c>phone-to-agent</c>, or null.</param>
/// <param name="Size">Bytes, where all messages of the scenario have the same size, or null.</param>
public sealed record MetricKey(Family Family, Measure Measure, string Scenario, string? Direction, string? Size)
{
    public IReadOnlyDictionary<string, string> Labels
    {
        get
        {
            var labels = new Dictionary<string, string> { ["scenario"] = Scenario };
            if (Direction is not null)
                labels["direction"] = Direction;
            if (Size is not null)
                labels["size"] = Size;
            return labels;
        }
    }

    /// <summary>The tag in a <c>.hlog</c>, which may have neither commas nor spaces.</summary>
    public string Tag => $"{Word.Of(Family)}.{Word.Of(Measure)};{string.Join(';', Labels.Select(label => $"{label.Key}={label.Value}"))}";

    /// <summary>Such as <c>one_way.response{scenario=chat}</c>.</summary>
    public override string ToString() => $"{Word.Of(Family)}.{Word.Of(Measure)}{{{string.Join(',', Labels.Select(label => $"{label.Key}={label.Value}"))}}}";

    /// <exception cref="FormatException">It is not a tag of a load run.</exception>
    public static MetricKey Parse(string tag)
    {
        var parts = tag.Split(';');
        var labels = parts.Skip(1).Select(part => part.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        return parts[0].Split('.') is [var family, var measure] && Word.TryRead<Family>(family, out var time) && Word.TryRead<Measure>(measure, out var start)
            && labels.TryGetValue("scenario", out var scenario)
            ? new MetricKey(time, start, scenario, labels.GetValueOrDefault("direction"), labels.GetValueOrDefault("size"))
            : throw new FormatException($"'{tag}' is not a tag of a load run.");
    }
}
