using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Profiles.Pairs.Load.Decisions;

/// <summary>Counts the right and wrong decisions of the relay, by limit.</summary>
internal sealed class DecisionLog(string scenario)
{
    private const int MaximumExamples = 5;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, DecisionScore> _scores = []; // guarded by _lock

    /// <param name="right">Null: both decisions would have been right.</param>
    /// <param name="sentence">Called for the first few wrong decisions.</param>
    public void Add(string limit, bool? right, Func<string> sentence)
    {
        lock (_lock)
        {
            var score = _scores.GetValueOrDefault(limit) ?? new DecisionScore(limit, scenario, 0, 0, 0);
            _scores[limit] = score with
            {
                Right = score.Right + (right == true ? 1 : 0),
                Wrong = score.Wrong + (right == false ? 1 : 0),
                Uncertain = score.Uncertain + (right is null ? 1 : 0),
                Examples = right == false && score.Examples.Count < MaximumExamples ? [.. score.Examples, sentence()] : score.Examples,
            };
        }
    }

    public IReadOnlyList<DecisionScore> Scores
    {
        get
        {
            lock (_lock)
                return [.. _scores.Values];
        }
    }
}
