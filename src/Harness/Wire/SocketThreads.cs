namespace CoralMux.Harness.Wire;

/// <summary>
/// Has .NET run what follows a receive on the thread that polled the socket, not on one of the pool. Our readers never
/// block there, and at 20,000 messages a second the hand-over was more than half of this program's processor time.
/// </summary>
internal static class SocketThreads
{
    public const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Works before the first socket of the process is used, and the pipes of a child count as such.</summary>
    public static void Inline()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
            Environment.SetEnvironmentVariable(Variable, "1");
    }
}
