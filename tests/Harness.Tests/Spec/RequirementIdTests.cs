using CoralMux.Harness.Spec;

namespace CoralMux.Harness.Tests.Spec;

public sealed class RequirementIdTests
{
    [Theory]
    [InlineData("PAIR-7", "PAIR-07 PAIR-17 PAIR-01")]
    [InlineData("@pair-07", "PAIR-07 PAIR-01 PAIR-17")]
    [InlineData("PIAR-17", "PAIR-17 PAIR-07")]
    [InlineData("NONSENSE", "")]
    public void Nearest_UnknownId_SuggestsWhatWasMeant(string unknown, string suggestions) =>
        Assert.Equal(suggestions.Split(' ', StringSplitOptions.RemoveEmptyEntries), RequirementId.Nearest(unknown, ["PAIR-01", "PAIR-07", "PAIR-17", "LIM-20"]));

    [Fact]
    public void FindAll_Prose_FindsWholeIdsOnly() =>
        Assert.Equal(["PAIR-01", "LIM-10"], RequirementId.FindAll("as PAIR-01 (and LIM-10) say, not X-PAIR-01, UTF-8 or SHA-2567"));
}
