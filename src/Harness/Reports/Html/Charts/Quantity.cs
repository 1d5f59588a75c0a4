using System.Globalization;

namespace CoralMux.Harness.Reports.Html.Charts;

/// <summary>How the numbers of an axis, a table and a tooltip are written: always with their unit.</summary>
internal sealed record Quantity(Func<double, string> Write, double Base = 10)
{
    private static readonly string[] BinaryUnits = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Given in microseconds.</summary>
    public static Quantity Time { get; } = new(Microseconds);

    public static Quantity Seconds { get; } = new(value => Microseconds(value * 1e6));

    public static Quantity PerSecond { get; } = new(value => Number(value) + "/s");

    public static Quantity Count { get; } = new(Number);

    public static Quantity Bytes { get; } = new(Binary, 1024);

    public static Quantity BytesPerSecond { get; } = new(value => Binary(value) + "/s", 1024);

    /// <summary>Of a processor: 1 is one core, busy.</summary>
    public static Quantity Cores { get; } = new(value => Number(value) + (value == 1 ? " core" : " cores"));

    public static Quantity Ratio { get; } = new(value => Significant(value * 100, 5) + " %");

    /// <summary>The quantity of a unit of <c>schemas/load-report.schema.json</c>.</summary>
    public static Quantity Of(string unit) => unit switch
    {
        "us" => Time,
        "per_second" => PerSecond,
        "bytes" => Bytes,
        "bytes_per_second" => BytesPerSecond,
        "cores" => Cores,
        "ratio" => Ratio,
        _ => Count,
    };

    public static string Number(double value) => Math.Abs(value) >= 1000 ? value.ToString("#,0", CultureInfo.InvariantCulture) : Significant(value, 3);

    private static string Microseconds(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 999.5 => Significant(value, 3) + " µs",
        < 999_500 => Significant(value / 1e3, 3) + " ms",
        < 600e6 => Significant(value / 1e6, 3) + " s",
        < 36_000e6 => Significant(value / 60e6, 3) + " min",
        _ => Significant(value / 3600e6, 3) + " h",
    };

    private static string Binary(double value)
    {
        if (value == 0)
            return "0";
        var unit = Math.Abs(value) switch { < 1024 => 0, < 1024 * 1024 => 1, < 1024.0 * 1024 * 1024 => 2, < 1024.0 * 1024 * 1024 * 1024 => 3, _ => 4 };
        var scaled = value / Math.Pow(1024, unit);
        return $"{(scaled >= 999.5 ? scaled.ToString("0", CultureInfo.InvariantCulture) : Significant(scaled, 3))} {BinaryUnits[unit]}";
    }

    // 0.000123 has its digits, 12.0 has not.
    private static string Significant(double value, int digits)
    {
        if (value == 0)
            return "0";
        var decimals = Math.Clamp(digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 9);
        return Math.Round(value, decimals).ToString("0.#########", CultureInfo.InvariantCulture);
    }
}
