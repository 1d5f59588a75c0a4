using System.Net;
using System.Text.Json;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Load;

/// <summary>A token for each pair, many at a time.</summary>
internal static class LoadTokens
{
    private const int RequestsAtOnce = 16;

    /// <exception cref="CommandException">The relay cannot be reached (exit 3), or gives no tokens (exit 2).</exception>
    public static async Task<IReadOnlyList<string>> TakeAsync(Target target, int count, CancellationToken cancellationToken)
    {
        if (target.Description.Tokens is { Count: > 0 } given)
            return given.Count >= count ? given : throw new CommandException(ExitCode.Usage, $"The run needs {count} tokens, one for each pair, and {given.Count} were given; give more with --token, or use --pairs {given.Count}.");

        var tokens = new string[count];
        try
        {
            await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = RequestsAtOnce, CancellationToken = cancellationToken }, async (i, token) =>
            {
                var answer = await AdminApi.SendAsync(target, HttpMethod.Post, AdminApi.Pair, target.Description.AdminKey, new Transcript(TimeProvider.System), token);
                tokens[i] = answer.Status == HttpStatusCode.Created && answer.Json("token") is { ValueKind: JsonValueKind.String } made
                    ? made.GetString()!
                    : throw new CommandException(ExitCode.Usage, $"The relay made no token: it answered {(int)answer.Status}. Give its admin key with --admin-key, or tokens with --token.");
            });
        }
        catch (HttpRequestException exception)
        {
            throw new CommandException(ExitCode.Unreachable, $"{target.Endpoint.Url} cannot be reached: {exception.Message.TrimEnd('.')}. Is the relay running there?");
        }

        return tokens;
    }
}
