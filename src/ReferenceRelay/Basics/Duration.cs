using System.Globalization;

namespace CoralMux.ReferenceRelay.Basics;

/// <summary>Times as operators write them: <c>500ms</c>, <c>10s</c>, <c>1.5m</c>, <c>2h</c>.</summary>
internal static class Duration
{
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)];

    public static bool TryParse(string text, out TimeSpan value)
    {
        foreach (var (unit, seconds) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number * seconds <= 1e9)
            {
                value = TimeSpan.FromSeconds(number * seconds);
                return true;
            }
        }

        value = default;
        return text == "0";
    }
}
