namespace CoralMux.Harness.Tests.Spec;

public sealed class RequirementLockTests
{
    private readonly SmallSpec _spec = new();

    [Fact]
    public void Confirm_OneId_LeavesTheOthersAsTheyWere()
    {
        _spec.Chapter = _spec.Chapter.Replace("MUST pair", "MUST join", StringComparison.Ordinal).Replace("MAY ask", "MAY beg", StringComparison.Ordinal);
        var sources = _spec.Sources();

        _spec.Lock = sources.Lock!.Confirm([sources.Register.Find("PAIR-04")!], new HashSet<string>());

        Assert.StartsWith("spec/01-pairing.md:5: The words of PAIR-01 changed", Assert.Single(_spec.Problems()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Confirm_All_IsSortedAndEndsWithNewline()
    {
        var lines = _spec.Lock!.Split('\n');

        Assert.Equal(["PAIR-01 MUST", "PAIR-02 SHOULD", "PAIR-03 MUST", "PAIR-04 MAY"], lines[1..^1].Select(line => line[..line.LastIndexOf(' ')]));
        Assert.Equal("", lines[^1]);
    }

    [Fact]
    public void Confirm_IdThatIsGone_StaysInTheLock()
    {
        _spec.Chapter = _spec.Chapter.Replace("**PAIR-04**", "", StringComparison.Ordinal);
        var sources = _spec.Sources();

        Assert.Contains("PAIR-04 ", sources.Lock!.Confirm(sources.Register.All, new HashSet<string>()), StringComparison.Ordinal);
        Assert.DoesNotContain("PAIR-04 ", sources.Lock.Confirm(sources.Register.All, new HashSet<string> { "PAIR-04" }), StringComparison.Ordinal);
    }
}
