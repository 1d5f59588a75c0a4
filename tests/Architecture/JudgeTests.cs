using CoralMux.Architecture.Reading;
using CoralMux.Architecture.Rules;

namespace CoralMux.Architecture;

/// <summary>Each rule is seen to fail for the reference that breaks it, and for no other.</summary>
public sealed class JudgeTests
{
    private static readonly House Small = new("A", [new("A", "Low", "High", "Profiles", ".")], ["A.Profiles", "A"], []);

    [Fact]
    public void Problems_ReferencesDownwards_None() =>
        Assert.Empty(Problems(Small, ("A.High", "A.Low"), ("A.Profiles.X", "A.High"), ("A.Profiles", "A.Profiles.X"),
            ("A", "A.Profiles.X"), ("A.Low.In", "A.Low")));

    [Fact]
    public void Problems_ReferenceUpwards_NamesTypeMemberAndTarget() =>
        Assert.Equal("A.Low.User.Member uses A.High.Used: below A, the room Low comes before High and must not use it.",
            Assert.Single(Problems(Small, ("A.Low", "A.High"))));

    [Fact]
    public void Problems_UnknownRoom_Named() =>
        Assert.Contains("A.Attic.User: the order of rooms below A has no room 'Attic'.", Problems(Small, ("A.Attic", "A.Low")));

    [Fact]
    public void Problems_ForeignNamespace_Named() =>
        Assert.Contains("B.Used: not in A or a namespace below it.", Problems(Small, ("A.Low", "B")));

    [Fact]
    public void Problems_CycleBelowARoomWithoutOrder_BothArrowsNamed()
    {
        var problems = Problems(Small, ("A.High.X", "A.High.Y"), ("A.High.Y", "A.High"), ("A.High", "A.High.X"), ("A.High.X", "A.High.Z"));

        Assert.Equal(3, problems.Count);
        Assert.Contains("A.High.X.User.Member uses A.High.Y.Used: below A.High, the rooms X and Y are in a cycle.", problems);
    }

    [Fact]
    public void Problems_SharedRoomNamesAProfile_Named() =>
        Assert.Contains("A.High.User.Member uses A.Profiles.X.Used: only A.Profiles and A may name a profile.", Problems(Small, ("A.High", "A.Profiles.X")));

    [Fact]
    public void Problems_ProfileSeesAnother_Named() =>
        Assert.Equal("A.Profiles.X.User.Member uses A.Profiles.Y.In.Used: the profile X must not see the profile Y.",
            Assert.Single(Problems(Small, ("A.Profiles.X", "A.Profiles.Y.In"))));

    [Fact]
    public void Problems_TemporaryException_CoversItsReferenceAndIsItselfAProblemOnceUnused()
    {
        var house = Small with { Temporary = [("A.Low", "A.High")] };

        Assert.Empty(Problems(house, ("A.Low", "A.High")));
        Assert.Equal("The temporary exception A.Low -> A.High is not needed any more: delete it.", Assert.Single(Problems(house, ("A.High", "A.Low"))));
    }

    private static IReadOnlyList<string> Problems(House house, params (string From, string To)[] uses)
    {
        var references = uses.Select(use => new Reference(new TypeName(use.From, "User"), "Member", new TypeName(use.To, "Used"))).ToList();
        return Judge.Problems(new CompiledProgram([.. references.SelectMany(use => new[] { use.From, use.To })], references, []), house);
    }
}
