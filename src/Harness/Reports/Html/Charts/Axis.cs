namespace CoralMux.Harness.Reports.Html.Charts;

/// <summary>One side of a chart: where a value lies, and what is written next to the line.</summary>
/// <param name="Place">From 0 to 1, for values inside the axis.</param>
internal sealed record Axis(string Title, Quantity Quantity, IReadOnlyList<(double Value, string Label)> Ticks, Func<double, double> Place)
{
    public double At(double value) => Math.Clamp(Place(value), 0, 1);

    /// <summary>From zero, or from below it where there is something below.</summary>
    public static Axis Linear(string title, Quantity quantity, double max, double min = 0, int wanted = 5)
    {
        if (max <= min)
            max = min + 1;
        var step = Step((max - min) / wanted, max, quantity.Base);
        var (first, last) = (Math.Floor(min / step), Math.Ceiling(max / step - 1e-9));
        var ticks = Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step).Select(value => (value, quantity.Write(value)));
        return new Axis(title, quantity, [.. ticks], value => (value / step - first) / (last - first));
    }

    /// <summary>Time of a run: ends where the data ends.</summary>
    public static Axis Span(string title, Quantity quantity, double min, double max, int wanted)
    {
        if (max <= min)
            max = min + 1;
        double[] steps = [.. new[] { 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400 }];
        var step = steps.FirstOrDefault(one => (max - min) / one <= wanted, steps[^1]);
        var ticks = new List<(double, string)>();
        for (var i = Math.Ceiling(min / step); i * step <= max + 1e-9; i++)
            ticks.Add((i * step, quantity.Write(i * step)));
        return new Axis(title, quantity, ticks, value => (value - min) / (max - min));
    }

    /// <summary>Whole decades; where there are few, steps of 1, 2 and 5.</summary>
    public static Axis Log(string title, Quantity quantity, double min, double max)
    {
        var (low, high) = (Math.Max(min, 1e-6), Math.Max(max, min * 1.1));
        int[] parts = high / low < 200 ? [1, 2, 5] : [1];
        var marks = Enumerable.Range(-7, 24).SelectMany(decade => parts.Select(part => part * Math.Pow(10, decade))).ToList();
        var first = marks.FindLastIndex(mark => mark <= low * (1 + 1e-9));
        var last = Math.Max(first + 1, marks.FindIndex(mark => mark >= high * (1 - 1e-9)));
        var (from, to) = (Math.Log10(marks[first]), Math.Log10(marks[last]));
        var ticks = marks[first..(last + 1)].Select(mark => (mark, quantity.Write(mark)));
        return new Axis(title, quantity, [.. ticks], value => (Math.Log10(Math.Max(value, 1e-9)) - from) / (to - from));
    }

    /// <summary>Percentiles as HdrHistogram plots them: logarithmic in 1/(1-q), so that each nine takes the same room.</summary>
    /// <param name="nines">How many there are: values on this axis are log10(1/(1-q)).</param>
    public static Axis Nines(double nines)
    {
        var last = Math.Clamp(Math.Ceiling(nines - 1e-9), 2, 8);
        var ticks = Enumerable.Range(0, (int)last + 1).Select(i => ((double)i, Percentile(i)));
        return new Axis("percentile, on a log scale of 1/(1-q)", Quantity.Count, [.. ticks], value => value / last);
    }

    private static string Percentile(int nines) => nines switch
    {
        0 => "0 %",
        1 => "90 %",
        _ => "99" + (nines == 2 ? "" : "." + new string('9', nines - 2)) + " %",
    };

    private static double Step(double atLeast, double max, double radix)
    {
        var unit = 1.0;
        if (radix == 1024)
        {
            while (unit * 1024 <= max)
                unit *= 1024;
        }

        var decade = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(atLeast / unit, 1e-9))));
        double[] nice = [1, 2, 5, 10];
        return nice.First(one => one * decade * unit >= atLeast * (1 - 1e-9)) * decade * unit;
    }
}
