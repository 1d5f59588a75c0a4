namespace CoralMux.ReferenceRelay.Tests.Support;

/// <summary>With CORALMUX_SLOW_TESTS=1 the tests that have a full size run at it, which takes minutes.</summary>
internal static class FullSize
{
    public static int Or(int full, int usual) => Environment.GetEnvironmentVariable("CORALMUX_SLOW_TESTS") == "1" ? full : usual;
}
