using System.Globalization;
using System.Text.RegularExpressions;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>How scenarios speak of a relay's settings: the words of section 9.4, and some for its clock and surroundings.</summary>
internal static partial class RelayTable
{
    private static readonly Words<string> Keys = new(
        ("maximum message size", "maxMessageBytes"),
        ("rate of a phone", "ratePhonePerMinute"),
        ("rate of an agent", "rateAgentPerMinute"),
        ("daily quota", "dailyQuotaBytes"),
        ("monthly quota", "monthlyQuotaBytes"),
        ("authentication time-out", "authTimeoutMs"),
        ("interval of pings", "pingIntervalMs"),
        ("idle time-out", "idleTimeoutMs"),
        ("stall time-out", "stallTimeoutMs"),
        ("registrations an hour", "registrationPerHour"),
        ("connections before auth", "maxUnauthenticated"),
        ("trusted proxies", RelaySettings.TrustedProxies),
        ("admin key", RelaySettings.AdminKey),
        ("TLS", RelaySettings.TlsCertificate),
        ("time zone", RelaySettings.TimeZone),
        ("clock", RelaySettings.ClockOffset));

    /// <param name="rows">One setting a row: its name, and its value (<c>30000 bytes</c>, <c>3 s</c>, <c>10.0.0.0/8</c>).</param>
    /// <param name="now">What a clock that is right says when the relay is used.</param>
    /// <param name="offset">By how much the relay's is ahead so far.</param>
    public static RelaySettings Read(IReadOnlyList<IReadOnlyList<string>> rows, DateTimeOffset now, TimeSpan offset) =>
        rows.Aggregate(RelaySettings.Empty, (settings, row) => settings.With(Keys.Parse(row[0]), Value(row[0], row[1], now, offset)));

    private static string Value(string name, string text, DateTimeOffset now, TimeSpan offset)
    {
        switch (name)
        {
            case "clock":
                return Clock(text, now, offset).TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            case "time zone":
                return TimeZoneInfo.TryFindSystemTimeZoneById(text, out _)
                    ? text
                    : throw new NotRunException($"this machine does not know the time zone {text}: install its tz database");
        }

        var match = Quantity().Match(text);
        return !match.Success ? text : match.Groups[2].Value == "s" ? match.Groups[1].Value + "000" : match.Groups[1].Value;
    }

    private static TimeSpan Clock(string text, DateTimeOffset now, TimeSpan offset)
    {
        if (text == "a day later")
            return offset + TimeSpan.FromDays(1);
        var utc = now.UtcDateTime;
        var month = new DateTime(utc.Year, utc.Month, 1, 0, 0, 0, DateTimeKind.Utc);
        if (text == "midday in the middle of a month")
            return month.AddDays(14).AddHours(12) - utc;
        if (Before().Match(text) is not { Success: true } before)
            throw new InvalidOperationException($"'{text}' is not a time for a relay's clock.");
        var reset = before.Groups[2].Value == "midnight" ? month.AddDays(15) : month.AddMonths(1);
        return reset - TimeSpan.FromSeconds(int.Parse(before.Groups[1].Value, CultureInfo.InvariantCulture)) - utc;
    }

    [GeneratedRegex("^([0-9]+) (bytes|s|a minute)$")]
    private static partial Regex Quantity();

    [GeneratedRegex("^([0-9]+) s before (midnight|the first of a month) UTC$")]
    private static partial Regex Before();
}
