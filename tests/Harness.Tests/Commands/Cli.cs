using System.Diagnostics;

namespace CoralMux.Harness.Tests.Commands;

/// <summary>The program as a user runs it.</summary>
public static class Cli
{
    public static readonly string Program = Path.Combine(AppContext.BaseDirectory, "coralmux-conformance.dll");

    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("CORALMUX_ADMIN_KEY");
        start.Environment.Remove("CORALMUX_TOKENS");
        return Process.Start(start)!;
    }

    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
