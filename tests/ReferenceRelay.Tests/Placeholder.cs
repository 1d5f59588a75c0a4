namespace CoralMux.ReferenceRelay.Tests;

public sealed class SkeletonTests
{
    [Fact]
    public void Runtime_Always_IsTen() => Assert.Equal(10, Environment.Version.Major);
}
