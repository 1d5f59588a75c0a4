using CoralMux.Harness.Requirements;
using CoralMux.Harness.Spec;

namespace CoralMux.Harness.Tests.Spec;

public sealed class SpecCoverageTests
{
    [Fact]
    public void Count_SmallSpec_CountsByChapterAndLevel() =>
        Assert.Equal(
            [
                new CoverageCell("Pairing", RequirementLevel.Must, Covered: 1, Untestable: 1, Pending: 0, Unaccounted: 0),
                new CoverageCell("Pairing", RequirementLevel.Should, Covered: 1, Untestable: 0, Pending: 0, Unaccounted: 0),
                new CoverageCell("Pairing", RequirementLevel.May, Covered: 0, Untestable: 0, Pending: 1, Unaccounted: 0),
            ],
            SpecCoverage.Count(new SmallSpec().Sources()));

    [Fact]
    public void StandingOf_IdWithoutAnyPlace_IsUnaccounted() =>
        Assert.Equal(Standing.Unaccounted, new SmallSpec { Pending = "" }.Sources().StandingOf("PAIR-04"));
}
