using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Targets;

/// <summary>
/// A relay that this program started: it prints <c>listening on URL</c>, stores its data in a directory of its own,
/// and ends on SIGTERM, or when its standard input does.
/// </summary>
public abstract partial class RelayProcess(TargetDescription description, RelaySettings settings) : StartedRelay
{
    private const int Terminate = 15;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux-relay-").FullName;
    private TargetDescription _description = description with { Limits = settings.Over(description.Limits) };
    private Process? _process;
    private string? _url;

    public override TargetDescription Description => _description;

    /// <summary>Of the running relay.</summary>
    public int ProcessId => _process!.Id;

    public RelaySettings Settings { get; private set; } = settings;

    public override TimeSpan ClockOffset => Settings[RelaySettings.ClockOffset] is { } seconds
        ? TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture))
        : TimeSpan.Zero;

    /// <summary>The program and its arguments for these settings.</summary>
    protected abstract ProcessStartInfo Program(RelaySettings settings, TargetDescription description);

    /// <summary>Where clients reach a relay that listens at a URL: there, unless something is in between.</summary>
    protected virtual string Reach(string url) => url;

    /// <summary>The directory of its data.</summary>
    protected string Store => _directory;

    public override void Change(RelaySettings changed)
    {
        Settings = Settings.With(changed);
        _description = Description with { Limits = Settings.Over(Description.Limits) };
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var address = _url is null ? "127.0.0.1:0" : new Uri(_url).Authority;
        var settings = Settings.With(RelaySettings.Store, _directory).With(RelaySettings.Address, address);
        if (settings[RelaySettings.TlsCertificate] is not null)
        {
            var certificate = TestCertificate.Write(_directory);
            settings = settings.With(RelaySettings.TlsCertificate, certificate.File).With(RelaySettings.TlsKey, certificate.KeyFile);
            _description = Description with { Tls = new TargetTls { PinnedSha256 = certificate.Sha256 } };
        }

        var start = Program(settings, Description);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.Environment.Remove(SocketThreads.Variable); // for us, and not for a relay
        if (settings[RelaySettings.TimeZone] is { } zone)
            start.Environment["TZ"] = zone;
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new CommandException(ExitCode.Usage, $"{start.FileName} cannot be started: {exception.Message}");
        }

        _url = await ReadAddressAsync(_process, cancellationToken);
        _description = Description with { Url = Reach(_url) };
    }

    public override async Task StopAsync(Shutdown shutdown, CancellationToken cancellationToken)
    {
        var process = _process!;
        if (shutdown == Shutdown.Crash)
            process.Kill(entireProcessTree: true);
        else if (OperatingSystem.IsWindows())
            throw new NotRunException("it needs SIGTERM, which this system does not have");
        else if (Kill(process.Id, Terminate) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        await process.WaitForExitAsync(cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.StandardInput.Close();
            if (!OperatingSystem.IsWindows() && !process.HasExited)
                Kill(process.Id, Terminate);
            using var patience = new CancellationTokenSource(StopTimeout);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }

            process.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    private static async Task<string> ReadAddressAsync(Process process, CancellationToken cancellationToken)
    {
        const string announcement = "listening on ";
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(StartTimeout);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
            {
                if (line.IndexOf(announcement, StringComparison.Ordinal) is >= 0 and var at)
                {
                    // The relay's log goes nowhere here; reading it keeps its pipe from filling up.
                    _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                    var url = new Uri(line[(at + announcement.Length)..].Trim());
                    return $"{(url.Scheme is "https" or "wss" ? "wss" : "ws")}://{url.Authority}{(url.AbsolutePath == "/" ? "/ws" : url.AbsolutePath)}";
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.HarnessFault, $"The relay that was started did not print its address within {StartTimeout.TotalSeconds} s.");
        }

        await process.WaitForExitAsync(cancellationToken);
        throw new CommandException(
            ExitCode.HarnessFault, $"The relay that was started ended with exit code {process.ExitCode} before it listened: {(await errors).Trim()}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
