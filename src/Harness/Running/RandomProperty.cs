using CoralMux.Harness.Evidence;

namespace CoralMux.Harness.Running;

/// <summary>One thing that happens in a random case. Its text is how a report shows it.</summary>
public interface IMove<TSelf>
{
    /// <summary>Simpler moves that might fail the same way, simplest first.</summary>
    IEnumerable<TSelf> Simpler();
}

/// <summary>
/// A property that must hold for random cases. A case is a list of moves; a case that fails is shrunk by
/// leaving moves out and putting simpler ones in their place, and reported with the seed that made it.
/// </summary>
/// <param name="generate">The same random numbers give the same case.</param>
/// <param name="run">Runs a case from a fresh start; throws what was not met.</param>
/// <param name="effort">How often a failing case is run again at most to make it smaller; each run costs a connection or two.</param>
public sealed class RandomProperty<TMove>(Func<Random, IReadOnlyList<TMove>> generate, Func<IReadOnlyList<TMove>, Task> run, int effort)
    where TMove : IMove<TMove>
{
    private int _effort;

    /// <param name="seed">Of the first case; the others follow from it.</param>
    /// <exception cref="ExpectationException">It does not hold: the smallest case found, and its seed.</exception>
    public async Task HoldsAsync(int cases, int seed)
    {
        for (var i = 0; i < cases; i++)
        {
            var moves = generate(new Random(seed + i));
            if (await FailureAsync(moves) is not { } failure)
                continue;
            _effort = 0;
            var (smallest, last) = await ShrinkAsync([.. moves], failure);
            var found = string.Join(", ", smallest);
            throw new ExpectationException(
                last.Finding.Expected, $"{last.Finding.Actual}; the smallest case found, of {moves.Count} moves at first (seed {seed + i}): {found}");
        }
    }

    private async Task<ExpectationException?> FailureAsync(IReadOnlyList<TMove> moves)
    {
        try
        {
            await run(moves);
            return null;
        }
        catch (ExpectationException exception)
        {
            return exception;
        }
    }

    // First whole runs of moves, then halves of them, down to single moves; then each move by itself.
    private async Task<(IReadOnlyList<TMove> Moves, ExpectationException Failure)> ShrinkAsync(List<TMove> moves, ExpectationException failure)
    {
        for (var size = moves.Count / 2; size >= 1; size /= 2)
        {
            for (var at = 0; at + size <= moves.Count && moves.Count > size && _effort < effort;)
            {
                List<TMove> fewer = [.. moves[..at], .. moves[(at + size)..]];
                if (await TryAsync(fewer) is { } still)
                    (moves, failure) = (fewer, still);
                else
                    at += size;
            }
        }

        for (var i = 0; i < moves.Count; i++)
        {
            foreach (var simpler in moves[i].Simpler())
            {
                List<TMove> changed = [.. moves[..i], simpler, .. moves[(i + 1)..]];
                if (await TryAsync(changed) is { } still)
                {
                    (moves, failure) = (changed, still);
                    i--;
                    break;
                }
            }
        }

        return (moves, failure);
    }

    private async Task<ExpectationException?> TryAsync(IReadOnlyList<TMove> moves) => _effort++ < effort ? await FailureAsync(moves) : null;
}
