using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Tests.Basics;

public sealed class EditDistanceTests
{
    [Theory]
    [InlineData("PAIR-7", "PAIR-07 PAIR-17 PAIR-01")]
    [InlineData("pair-07", "PAIR-07 PAIR-01 PAIR-17")]
    [InlineData("PIAR-17", "PAIR-17 PAIR-07")]
    [InlineData("NONSENSE", "")]
    public void Nearest_UnknownId_SuggestsWhatWasMeant(string unknown, string suggestions) =>
        Assert.Equal(suggestions.Split(' ', StringSplitOptions.RemoveEmptyEntries), EditDistance.Nearest(unknown, ["PAIR-01", "PAIR-07", "PAIR-17", "LIM-20"]));
}
