using System.Net;
using System.Text.Json;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Load;

/// <summary>A token for each pair, many at a time.</summary>
internal static class PairTokens
{
    private const int RequestsAtOnce = 16;

    /// <exception cref="CommandException">The relay cannot be reached (exit 3), or gives no tokens (exit 2).</exception>
    public static async Task<IReadOnlyList<string>> TakeAsync(Target target, int count, CancellationToken cancellationToken)
    {
        if (target.Description.Tokens is { Count: > 0 } given)
        {
            var problem = $"The run needs {count} tokens, one for each pair, but got {given.Count}; give more with --token, or use --pairs {given.Count}.";
            return given.Count >= count ? given : throw new CommandException(ExitCode.Usage, problem);
        }

        var tokens = new string[count];
        try
        {
            var together = new ParallelOptions { MaxDegreeOfParallelism = RequestsAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, count, together, async (i, token) => tokens[i] = await MakeAsync(target, token));
        }
        catch (HttpRequestException exception)
        {
            var problem = $"{target.Endpoint.Url} cannot be reached: {exception.Message.TrimEnd('.')}. Is the relay running there?";
            throw new CommandException(ExitCode.Unreachable, problem);
        }

        return tokens;
    }

    private static async Task<string> MakeAsync(Target target, CancellationToken cancellationToken)
    {
        var transcript = new Transcript(TimeProvider.System);
        var answer = await AdminApi.SendAsync(target, HttpMethod.Post, AdminApi.Pair, target.Description.AdminKey, transcript, cancellationToken);
        var problem = $"The relay made no token: it answered {(int)answer.Status}. Give its admin key with --admin-key, or tokens with --token.";
        return answer.Status == HttpStatusCode.Created && answer.Json("token") is { ValueKind: JsonValueKind.String } made
            ? made.GetString()!
            : throw new CommandException(ExitCode.Usage, problem);
    }
}
