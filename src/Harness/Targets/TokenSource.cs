using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Targets;

/// <summary>Where scenarios get their pairing tokens: made through the admin API, or lent out of those given by hand.</summary>
public sealed class TokenSource
{
    private readonly Target _target;
    private readonly ConcurrentBag<string>? _given;

    public TokenSource(Target target)
    {
        _target = target;
        _given = target.Description.Tokens.Count > 0 ? [.. target.Description.Tokens] : null;
    }

    /// <summary>How many tokens there are at once, or null where they are made at will.</summary>
    public int? Limit => _given is null ? null : _target.Description.Tokens.Count;

    /// <summary>A token no other scenario holds.</summary>
    /// <exception cref="NotRunException">All tokens given by hand are in use.</exception>
    /// <exception cref="ExpectationException">The admin API did not make one.</exception>
    public async Task<string> TakeAsync(Transcript transcript, CancellationToken cancellationToken)
    {
        if (_given is not null)
        {
            return _given.TryTake(out var token)
                ? token
                : throw new NotRunException($"it needs more tokens at once than the {_target.Description.Tokens.Count} given; give more with --token");
        }

        var expected = $"POST {new Uri(_target.Http.BaseAddress!, AdminApi.Pair)} makes a token";
        HttpExchange answer;
        try
        {
            answer = await AdminApi.SendAsync(_target, HttpMethod.Post, AdminApi.Pair, _target.Description.AdminKey, transcript, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new ExpectationException(expected, $"the request failed: {exception.Message}");
        }

        if (answer.Status == HttpStatusCode.Created && answer.Json("token") is { ValueKind: JsonValueKind.String } made)
            return made.GetString()!;

        var hint = answer.Status == HttpStatusCode.Unauthorized
            ? _target.Description.AdminKey is null ? "; give the relay's admin key with --admin-key, or tokens with --token" : "; the admin key given is not the relay's"
            : "";
        throw new ExpectationException(expected, $"it answered {(int)answer.Status} {Encoding.UTF8.GetString(answer.Body.Span[..Math.Min(200, answer.Body.Length)])}{hint}");
    }

    /// <summary>Gives a token back when its scenario is over.</summary>
    public void Return(string token) => _given?.Add(token);
}
