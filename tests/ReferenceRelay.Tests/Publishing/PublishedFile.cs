using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CoralMux.ReferenceRelay.Tests.Publishing;

/// <summary>
/// The relay as operators get it. CORALMUX_PUBLISHED names one that is there already; otherwise deploy/publish.sh
/// makes one, once for all tests.
/// </summary>
public sealed class PublishedFile : IDisposable
{
    private const string Platform = "linux-x64";
    private const int CannotRestore = 3;

    private readonly Lazy<Task<string>> _path = new(FindOrPublishAsync);

    /// <summary>Where the file unpacks itself, and the relays of the tests keep theirs.</summary>
    public string Scratch { get; } = Directory.CreateTempSubdirectory("coralmux-published-").FullName;

    public static string Repository { get; } = FindRepository();

    /// <summary>Skips the test when the file cannot be had here.</summary>
    public Task<string> PathAsync() => _path.Value;

    public void Dispose() => Directory.Delete(Scratch, recursive: true);

    private static async Task<string> FindOrPublishAsync()
    {
        if (Environment.GetEnvironmentVariable("CORALMUX_PUBLISHED") is { Length: > 0 } given)
            return given;

        Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, $"What is published here runs on {Platform} only.");
        string output = Path.Combine(Repository, "out", "test"), program = Path.Combine(output, "program"), log = Path.Combine(output, "publish.log");
        Directory.CreateDirectory(output);

        // To a file, not a pipe: build servers that stay behind would hold a pipe open.
        var start = new ProcessStartInfo("bash", ["-c", "exec deploy/publish.sh \"$0\" \"$1\" >\"$2\" 2>&1", Platform, program, log])
        {
            WorkingDirectory = Repository,
        };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        using var publish = System.Diagnostics.Process.Start(start)!;
        await publish.WaitForExitAsync(CancellationToken.None);

        var said = await File.ReadAllTextAsync(log, CancellationToken.None);
        Assert.SkipWhen(publish.ExitCode == CannotRestore, said);
        Assert.True(publish.ExitCode == 0, said);
        Assert.DoesNotContain("warning", said, StringComparison.OrdinalIgnoreCase);
        return Assert.Single(Directory.GetFiles(program));
    }

    private static string FindRepository()
    {
        var directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "global.json")))
            directory = Path.GetDirectoryName(directory);
        return directory ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
