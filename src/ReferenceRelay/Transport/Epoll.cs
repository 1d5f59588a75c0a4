using System.Runtime.InteropServices;

namespace CoralMux.ReferenceRelay.Transport;

/// <summary>The few system calls of Linux that the event loops need.</summary>
internal static unsafe partial class Epoll
{
    public const uint In = 0x001, Out = 0x004, Error = 0x008, HangUp = 0x010, ReadHangUp = 0x2000, EdgeTriggered = 1u << 31;
    public const int Add = 1;
    public const int WouldBlock = 11, Interrupted = 4;
    public const int NoSignal = 0x4000;
    public const int CloseOnExec = 0x80000;
    public const nuint OutputQueue = 0x5411, InputQueue = 0x541B;

    public static bool IsSupported { get; } =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>Packed on x64 and nowhere else: the layout is the kernel's.</summary>
    public static int EventSize { get; } = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    public static int DataOffset => EventSize - sizeof(ulong);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int Control(int epoll, int operation, SafeHandle descriptor, byte* change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int Wait(int epoll, byte* events, int capacity, int timeout);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    public static partial int Query(SafeHandle descriptor, nuint request, int* answer);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(SafeHandle descriptor, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(SafeHandle descriptor, byte* buffer, nint length, int flags);
}
