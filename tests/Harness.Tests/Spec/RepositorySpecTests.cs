using CoralMux.Harness.Basics;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Spec;
using CoralMux.Harness.Tests.Protocol;

namespace CoralMux.Harness.Tests.Spec;

public sealed class RepositorySpecTests
{
    [Fact]
    public void Specification_OfThisRepository_Holds()
    {
        var sources = SpecSources.Load(Repository.Suite);

        Assert.NotEmpty(sources.Register.All);
        Assert.NotEmpty(sources.Scenarios);
        Assert.Empty(SpecCheck.Run(sources, KnownProfiles.Default.Steps));
    }
}
