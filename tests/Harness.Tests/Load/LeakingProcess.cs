using System.Diagnostics;

namespace CoralMux.Harness.Tests.Load;

/// <summary>A process that grows when told. This one is no measure of a leak: the memory of the tests beside it comes and goes.</summary>
public sealed class LeakingProcess : IDisposable
{
    private readonly Process _shell = Process.Start(new ProcessStartInfo("sh")
    {
        ArgumentList = { "-c", """while read -r size; do i=$((i + 1)); eval "leak$i=\$(printf %0${size}d 0)"; echo; done""" },
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    public int Id => _shell.Id;

    /// <summary>Returns when it has grown.</summary>
    public void Leak(int bytes)
    {
        lock (_shell)
        {
            _shell.StandardInput.WriteLine(bytes);
            _shell.StandardOutput.ReadLine();
        }
    }

    public void Dispose()
    {
        _shell.StandardInput.Dispose();
        _shell.WaitForExit();
        _shell.Dispose();
    }
}
