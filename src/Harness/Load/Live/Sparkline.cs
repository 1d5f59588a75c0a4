namespace CoralMux.Harness.Load.Live;

/// <summary>A row of bars, one letter each; a gap where nothing was measured.</summary>
internal static class Sparkline
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    public static string Of(IEnumerable<double?> values)
    {
        var all = values.ToList();
        var max = all.Max() ?? 0;
        return string.Concat(all.Select(value => value is not { } known ? ' ' : max <= 0 ? Bars[0] : Bars[(int)Math.Round(Math.Clamp(known / max, 0, 1) * (Bars.Length - 1))]));
    }
}
