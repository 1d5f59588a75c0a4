using CoralMux.Harness.Requirements;

namespace CoralMux.Harness.Tests.Requirements;

public sealed class RequirementIdTests
{
    [Fact]
    public void FindAll_Prose_FindsWholeIdsOnly() =>
        Assert.Equal(["PAIR-01", "LIM-10"], RequirementId.FindAll("as PAIR-01 (and LIM-10) say, not X-PAIR-01, UTF-8 or SHA-2567"));
}
