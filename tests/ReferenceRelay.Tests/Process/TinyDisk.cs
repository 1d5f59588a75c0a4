namespace CoralMux.ReferenceRelay.Tests.Process;

/// <summary>A file system of one megabyte, so that it can be filled. Only root can have one; others skip the test.</summary>
internal sealed class TinyDisk : IDisposable
{
    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("coralmux-disk").FullName;

    private TinyDisk()
    {
    }

    public string Directory => _directory;

    private string Filler => Path.Combine(_directory, "filler");

    public static TinyDisk Mount()
    {
        var disk = new TinyDisk();
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk._directory) == 0)
            return disk;

        System.IO.Directory.Delete(disk._directory);
        Assert.Skip("Mounting a file system takes root on Linux.");
        return disk;
    }

    public void Fill()
    {
        var block = new byte[4096];
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
            while (true)
                file.Write(block);
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    public void Free() => File.Delete(Filler);

    public void Dispose()
    {
        Run("umount", "--lazy", _directory);
        System.IO.Directory.Delete(_directory);
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
