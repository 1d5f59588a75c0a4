using System.Globalization;

namespace CoralMux.Harness.Load.Engine;

/// <summary>Samples processor time and memory of this program, and of the relay if its process is on this host.</summary>
internal sealed class ProcessSampler(int? relayProcess)
{
    private const double TicksPerSecond = 100; // USER_HZ: the same on every Linux

    public bool SeesRelay => relayProcess is not null && OperatingSystem.IsLinux();

    public static double GeneratorCpuSeconds => Environment.CpuUsage.TotalTime.TotalSeconds;

    public static double GeneratorGcPauseMs => GC.GetTotalPauseDuration().TotalMilliseconds;

    /// <returns>Seconds of processor time and resident bytes, or null when there is no such process.</returns>
    public (double CpuSeconds, long RssBytes)? Relay()
    {
        if (!SeesRelay)
            return null;
        try
        {
            var text = File.ReadAllText($"/proc/{relayProcess}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            double Number(int field) => double.Parse(fields[field - 3], CultureInfo.InvariantCulture);
            return ((Number(14) + Number(15)) / TicksPerSecond, (long)Number(24) * Environment.SystemPageSize);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
