using CoralMux.Architecture.Reading;
using CoralMux.Architecture.Rules;

namespace CoralMux.Architecture;

/// <summary>Both programs keep to the order of their rooms (docs/architecture.md).</summary>
public sealed class RoomTests
{
    [Fact]
    public void Harness_EveryReference_KeepsToTheOrderOfRooms() => AssertStands(Judge.Problems(Built.Harness, House.Harness));

    [Fact]
    public void Relay_EveryReference_KeepsToTheOrderOfRooms() => AssertStands(Judge.Problems(Built.Relay, House.Relay));

    [Fact]
    public void Programs_NeitherReferencesAnAssemblyOfThisProject() =>
        Assert.DoesNotContain(Built.Harness.Assemblies.Concat(Built.Relay.Assemblies), name => name.StartsWith("coralmux", StringComparison.OrdinalIgnoreCase));

    private static void AssertStands(IReadOnlyList<string> problems) =>
        Assert.True(problems.Count == 0, $"{problems.Count} references break the rules:\n{string.Join('\n', problems)}");
}
