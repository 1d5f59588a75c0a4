using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Running;

namespace CoralMux.Harness.Profiles.Pairs;

/// <summary>Two peers that share a token: the CoralMux protocol itself.</summary>
public sealed class PairsProfile : IProfile
{
    public string Name => "pairs";

    public StepRegistry Steps { get; } = new(typeof(PairsProfile));

    public IProfileRun Begin(RunContext context) => new PairsRun(context);
}
