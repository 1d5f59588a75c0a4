using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Spec;

namespace CoralMux.Harness.Tests.Spec;

/// <summary>A specification of four requirements that holds; each test breaks one thing of it.</summary>
internal sealed class SmallSpec
{
    public const string ChapterFile = "01-pairing.md";

    private const string Original = """
        # Pairing

        The key words "MUST" and "MAY" are to be read as described in BCP 14.

        **PAIR-01** The relay MUST pair two connections of one token.

        - **PAIR-02** The relay SHOULD say `MUST NOT` in code only.

        **PAIR-03** `feature: self-registration` The relay MUST NOT hand out more than it says.

        **PAIR-04** A client MAY ask, see PAIR-01.

        ```
        In code a MUST is only a word.
        ```

        """;

    public string Chapter { get; set; } = Original;

    public string Untestable { get; set; } = """
        # What no scenario shows

        | id | reason |
        | --- | --- |
        | PAIR-03 | nobody counts |

        """;

    public string Pending { get; set; } = """
        # To come

        | id | reason |
        | --- | --- |
        | PAIR-04 | the client side comes last |

        """;

    public string? Retired { get; set; }

    public string Feature { get; set; } = """
        Feature: Pairing

          Background:
            Given an innocent pair that relays

          @PAIR-01 @MUST
          Scenario: A pair relays
            When the phone says something
            Then the agent gets it

          @PAIR-02 @SHOULD @negative
          Scenario Outline: A refusal is <how>
            When the phone says <how>
            Then it is refused
            And the innocent pair still relays

            Examples:
              | how  |
              | loud |
              | soft |
        """;

    public string? Lock { get; set; } = RequirementLock.Parse("").Confirm(RequirementRegister.Read(ChapterFile, Original), new HashSet<string>());

    public IReadOnlyList<SpecProblem> Problems() => SpecCheck.Run(Sources(), KnownProfiles.Default.Steps);

    public SpecSources Sources()
    {
        List<SpecFile> files = [new(ChapterFile, Chapter), new("pending.md", Pending), new("untestable.md", Untestable)];
        if (Retired is not null)
            files.Add(new SpecFile("retired.md", Retired));
        return new SpecSources(files, Lock, FeatureCatalog.Parse("pairing.feature", Feature));
    }
}
