using CoralMux.Harness.Spec;

namespace CoralMux.Harness.Tests.Spec;

/// <summary>Every rule of <c>spec check</c>, broken once: the problem is found, named with its line, and is the only one.</summary>
public sealed class SpecCheckTests
{
    private readonly SmallSpec _spec = new();

    [Fact]
    public void Run_SpecificationThatHolds_FindsNothing() => Assert.Empty(_spec.Problems());

    [Fact]
    public void Run_DoubledId_NamesBothPlaces()
    {
        _spec.Chapter += "**PAIR-01** The relay MUST pair two connections of one token.\n";
        AssertOnly("spec/01-pairing.md:16: PAIR-01 is used already in spec/01-pairing.md:5");
    }

    [Fact]
    public void Run_MalformedId_IsNotTakenForProse()
    {
        _spec.Chapter += "**PAIR-5** the relay is kind.\n";
        AssertOnly("spec/01-pairing.md:16: 'PAIR-5' is not an id");
    }

    [Fact]
    public void Run_NumberMissing_IsReportedOnce()
    {
        _spec.Chapter += "**PAIR-06** The relay MAY rest.\n";
        _spec.Pending += "| PAIR-06 | later |\n";
        Confirm("PAIR-06");
        AssertOnly("spec/01-pairing.md:16: PAIR-05 is missing before PAIR-06");
    }

    [Fact]
    public void Run_NumberRetired_MayBeMissing()
    {
        _spec.Chapter += "**PAIR-06** The relay MAY rest.\n";
        _spec.Pending += "| PAIR-06 | later |\n";
        _spec.Retired = "| id | reason |\n| --- | --- |\n| PAIR-05 | was the same as PAIR-01 |\n";
        Confirm("PAIR-06");
        Assert.Empty(_spec.Problems());
    }

    [Fact]
    public void Run_RetiredIdUsedAgain_IsReported()
    {
        _spec.Retired = "| id | reason |\n| --- | --- |\n| PAIR-04 | nobody asks |\n";
        AssertOnly("spec/01-pairing.md:11: PAIR-04 is retired (spec/retired.md:3)");
    }

    [Theory]
    [InlineData("The relay MUST be kind.", 16)]
    [InlineData("One line,\nand then a MUST.", 17)]
    [InlineData("## What one MUST know", 16)]
    [InlineData("- one\n- who **MUST** go", 17)]
    [InlineData("| a |\n| --- |\n| MUST |", 18)]
    [InlineData("<!--\nMUST\n-->", 17)]
    [InlineData("| a |\n| --- |\n| **PAIR-05** The relay MUST stand in a paragraph |", 18)]
    [InlineData("The word \"MUST\" is that of BCP 14 once more.", 16)]
    public void Run_NormativeWordOutsideAStatement_IsReportedWithItsLine(string markdown, int line)
    {
        _spec.Chapter += markdown + "\n";
        AssertOnly($"spec/01-pairing.md:{line}: MUST is outside a statement with an id");
    }

    [Theory]
    [InlineData("SHALL")]
    [InlineData("REQUIRED")]
    [InlineData("SHOULD")]
    [InlineData("RECOMMENDED")]
    [InlineData("MAY")]
    [InlineData("OPTIONAL")]
    public void Run_EveryNormativeWordOutsideAStatement_IsReported(string word)
    {
        _spec.Chapter += $"What {word} be.\n";
        AssertOnly($"spec/01-pairing.md:16: {word} is outside a statement with an id");
    }

    [Fact]
    public void Run_NormativeWordInCode_IsOnlyAWord()
    {
        _spec.Chapter += "See `MUST` and MUSTARD.\n";
        Assert.Empty(_spec.Problems());
    }

    [Fact]
    public void Run_StatementOfTwoLevels_IsReported()
    {
        Rewrite("A client MAY ask", "A client MAY ask and MUST wait");
        AssertSome("spec/01-pairing.md:11: PAIR-04 has words of 2 levels (MAY, MUST)");
    }

    [Fact]
    public void Run_StatementWithoutALevel_IsReported()
    {
        Rewrite("A client MAY ask", "A client asks, `MUST` is no word here");
        AssertSome("spec/01-pairing.md:11: PAIR-04 has no MUST, SHOULD or MAY");
    }

    [Fact]
    public void Run_IdWithoutAnyPlace_IsReported()
    {
        _spec.Pending = "# To come\n";
        AssertOnly("spec/01-pairing.md:11: PAIR-04 has neither a scenario nor a row");
    }

    [Fact]
    public void Run_IdWithScenarioAndRow_IsReported()
    {
        _spec.Untestable += "| PAIR-01 | hard |\n";
        AssertOnly("spec/untestable.md:6: PAIR-01 has a scenario (features/pairing.feature:7)");
    }

    [Fact]
    public void Run_IdInBothLists_IsReported()
    {
        _spec.Untestable += "| PAIR-04 | hard |\n";
        AssertOnly("spec/pending.md:5: PAIR-04 has a row already (spec/untestable.md:6)");
    }

    [Fact]
    public void Run_RowOfUnknownId_IsReported()
    {
        _spec.Pending += "| PAIR-99 | later |\n";
        AssertOnly("spec/pending.md:6: 'PAIR-99' is the id of no requirement");
    }

    [Fact]
    public void Run_RowWithoutReason_IsReported()
    {
        _spec.Pending = _spec.Pending.Replace("the client side comes last", " ", StringComparison.Ordinal);
        AssertOnly("spec/pending.md:5: PAIR-04 has no reason");
    }

    [Fact]
    public void Run_NoLock_SaysHowToMakeIt()
    {
        _spec.Lock = null;
        AssertOnly("spec/requirements.lock:1: There is no lock: make it with spec check --confirm --all.");
    }

    [Fact]
    public void Run_WordsChanged_NamesTheClause()
    {
        Rewrite("A client MAY ask", "A client MAY beg");
        AssertOnly("spec/01-pairing.md:11: The words of PAIR-04 changed since its scenarios were confirmed");
    }

    [Fact]
    public void Run_FeatureMarkChanged_NamesTheClause()
    {
        Rewrite("self-registration", "metrics");
        AssertOnly("spec/01-pairing.md:9: The words of PAIR-03 changed");
    }

    [Fact]
    public void Run_OnlyMarkupAndLineBreaksChanged_FindsNothing()
    {
        Rewrite("A client MAY ask", "A *client*\nMAY   `ask`");
        Assert.Empty(_spec.Problems());
    }

    [Fact]
    public void Run_LevelChanged_SaysWhatItWas()
    {
        Rewrite("A client MAY ask", "A client SHOULD ask");
        AssertOnly("spec/01-pairing.md:11: PAIR-04 was MAY when its scenarios were confirmed and is SHOULD now");
    }

    [Fact]
    public void Run_IdNotInTheLock_IsReported()
    {
        _spec.Lock = string.Join('\n', _spec.Lock!.Split('\n').Where(line => !line.StartsWith("PAIR-02", StringComparison.Ordinal)));
        AssertOnly("spec/01-pairing.md:7: PAIR-02 is not in the lock");
    }

    [Fact]
    public void Run_IdGone_NamesTheLineOfTheLock()
    {
        Rewrite("**PAIR-04** A client MAY ask, see PAIR-01.", "");
        _spec.Pending = "# To come\n";
        AssertOnly("spec/requirements.lock:5: PAIR-04 is gone from the prose");
    }

    [Fact]
    public void Run_IdRenamed_NamesTheNewOne()
    {
        Rewrite("**PAIR-04**", "**PAIR-05**");
        _spec.Pending = _spec.Pending.Replace("PAIR-04", "PAIR-05", StringComparison.Ordinal);
        AssertSome("spec/requirements.lock:5: PAIR-04 was renamed to PAIR-05 (spec/01-pairing.md:11)");
    }

    [Theory]
    [InlineData("PAIR-01 MUST 12", "'PAIR-01 MUST 12' is not a line of a lock")]
    [InlineData("<<<<<<< ours", "'<<<<<<< ours' is not a line of a lock")]
    [InlineData("PAIR-01 MUST 0123456789abcdef", "PAIR-01 is in the lock twice")]
    public void Run_BrokenLock_IsReported(string line, string sentence)
    {
        _spec.Lock += line + "\n";
        AssertOnly($"spec/requirements.lock:6: {sentence}");
    }

    [Theory]
    [InlineData("@PAIR-09", "@MUST", "This scenario cites PAIR-09, which is not a requirement; similar: PAIR-01")]
    [InlineData("@pair-1", "@MUST", "This scenario cites pair-1, which is not a requirement; similar: PAIR-01")]
    [InlineData("@slow", "@MUST", "This scenario cites no requirement")]
    [InlineData("@PAIR-01", "@SHOULD", "This scenario is tagged @SHOULD, but PAIR-01 is MUST.")]
    [InlineData("@PAIR-01", "@fast", "This scenario has no level tag")]
    [InlineData("@PAIR-01", "@MUST @SHOULD", "This scenario has the level tags @MUST and @SHOULD")]
    [InlineData("@PAIR-01 @PAIR-02", "@MUST", "This scenario cites requirements of 2 levels (PAIR-01 MUST, PAIR-02 SHOULD)")]
    public void Run_ScenarioTaggedWrongly_IsReported(string ids, string level, string sentence)
    {
        _spec.Feature = _spec.Feature.Replace("@PAIR-01 @MUST", $"{ids} {level}", StringComparison.Ordinal);
        AssertSome($"features/pairing.feature:7: {sentence}");
    }

    [Fact]
    public void Run_NegativeScenarioWithoutPositiveControl_IsReportedOnceForItsOutline()
    {
        _spec.Feature = _spec.Feature.Replace("Given an innocent pair", "Given a pair", StringComparison.Ordinal);
        AssertOnly("features/pairing.feature:12: This scenario is @negative but has no positive control");
    }

    [Fact]
    public void Run_PositiveControlAfterTheAct_IsNone()
    {
        _spec.Feature = _spec.Feature
            .Replace("Given an innocent pair that relays", "Given a pair", StringComparison.Ordinal)
            .Replace("    Then it is refused", "    And an innocent pair that relays\n    Then it is refused", StringComparison.Ordinal);
        AssertSome("This scenario is @negative but has no positive control");
    }

    [Fact]
    public void Run_ScenarioWithoutThen_IsReported()
    {
        _spec.Feature = _spec.Feature.Replace("    Then the agent gets it\n", "", StringComparison.Ordinal);
        AssertSome("This scenario expects nothing");
    }

    [Fact]
    public void Run_OwnRelayWithoutPositiveControlOnIt_IsReported()
    {
        _spec.Feature = _spec.Feature.Replace(
            "    When the phone says <how>", "    Given a relay of its own\n    When the phone says <how>", StringComparison.Ordinal);
        AssertSome("This scenario is @negative but has no positive control on its own relay");
    }

    [Theory]
    [InlineData("Then its connection is closed", true)]
    [InlineData("Then it is answered INVALID_MESSAGE", false)]
    public void Run_RefusalOfARequirementThatNamesAnError_NeedsMoreThanAClose(string step, bool isReported)
    {
        _spec.Chapter += "**PAIR-05** The relay MUST answer nonsense with `INVALID_MESSAGE`.\n";
        _spec.Feature = _spec.Feature.Replace("@PAIR-01 @MUST", "@PAIR-01 @PAIR-05 @MUST", StringComparison.Ordinal)
            .Replace("Then the agent gets it", step, StringComparison.Ordinal);
        Confirm("PAIR-05");
        Assert.Equal(isReported, _spec.Problems()
            .Any(problem => problem.ToString().Contains("never looks at the error that PAIR-05 names", StringComparison.Ordinal)));
    }

    [Fact]
    public void Run_NegativeScenarioThatDoesNotEndWithTheLivenessCheck_IsReported()
    {
        _spec.Feature = _spec.Feature.Replace(
            "And the innocent pair still relays", "And the innocent pair still relays\n    And more", StringComparison.Ordinal);
        AssertSome("This scenario is @negative but does not end with the liveness check");
    }

    [Fact]
    public void Run_DiagramThatCannotBeDrawn_NamesTheLine()
    {
        _spec.Chapter += "```mermaid\nstateDiagram-v2\n  [*] --> A\n  fork this\n```\n";
        AssertOnly("spec/01-pairing.md:19: In this diagram 'fork this' is not understood.");
    }

    private void Rewrite(string old, string replacement)
    {
        Assert.Contains(old, _spec.Chapter, StringComparison.Ordinal);
        _spec.Chapter = _spec.Chapter.Replace(old, replacement, StringComparison.Ordinal);
    }

    private void Confirm(string id) =>
        _spec.Lock = RequirementLock.Parse(_spec.Lock!).Confirm([_spec.Sources().Register.Find(id)!], new HashSet<string>());

    private void AssertOnly(string start) => Assert.StartsWith(start, Assert.Single(_spec.Problems()).ToString(), StringComparison.Ordinal);

    private void AssertSome(string part) => Assert.Contains(_spec.Problems(), problem => problem.ToString().Contains(part, StringComparison.Ordinal));
}
