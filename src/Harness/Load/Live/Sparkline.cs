namespace CoralMux.Harness.Load.Live;

/// <summary>A row of bars, one letter each; a gap where nothing was measured.</summary>
internal static class Sparkline
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    public static string Of(IEnumerable<double?> values)
    {
        var all = values.ToList();
        var max = all.Max() is > 0 and var most ? most : double.PositiveInfinity;
        return string.Concat(all.Select(value => value is { } known ? Bars[(int)Math.Round(Math.Clamp(known / max, 0, 1) * (Bars.Length - 1))] : ' '));
    }
}
