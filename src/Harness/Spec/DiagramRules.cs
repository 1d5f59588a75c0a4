using CoralMux.Harness.Spec.Diagrams;
using Markdig.Syntax;

namespace CoralMux.Harness.Spec;

/// <summary>Every diagram of the prose can be drawn.</summary>
internal static class DiagramRules
{
    public static IEnumerable<SpecProblem> Check(SpecSources sources)
    {
        foreach (var file in sources.Files)
        {
            foreach (var block in file.Leaves.OfType<FencedCodeBlock>().Where(block => block.Info == "mermaid"))
            {
                if (ProblemOf(block) is { } problem)
                    yield return new SpecProblem(file.Path, block.Line + 1 + problem.Line, $"In this diagram {problem.Message}.");
            }
        }
    }

    private static DiagramException? ProblemOf(FencedCodeBlock block)
    {
        try
        {
            Diagram.ToSvg(block.Lines.ToString());
            return null;
        }
        catch (DiagramException problem)
        {
            return problem;
        }
    }
}
