using System.Net;
using System.Text;
using System.Text.Json;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Tokens;

/// <summary>Looks at a token between two scenarios.</summary>
/// <returns>Bytes that its quota has counted, where the relay says so; and why it cannot be used again, or null.</returns>
public delegate Task<(long? UsedBytes, string? Spoiled)> TokenLook(string token, CancellationToken cancellationToken);

/// <summary>
/// Where scenarios get their pairing tokens: made at will through the admin API; or, where that cannot be, out of a pool
/// of those given by hand or had by self-registration.
/// </summary>
public sealed class TokenSource(Target target, TimeProvider time)
{
    private const int BodyShown = 200;

    // A scenario may have made the relay wary of this address for a while (PAIR-40): a token that worked is not given up at once.
    private const int LooksAgain = 4;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(20);

    /// <summary>The few tokens there are, or null where they are made at will.</summary>
    public TokenPool? Pool { get; private set; } =
        target.Description.Tokens is { Count: > 0 } given ? new TokenPool(given, "given by hand", target.Limits, time) : null;

    /// <summary>Whether this run's tokens took this address's registrations of the hour.</summary>
    public bool IsRegistered { get; private set; }

    /// <summary>Registers tokens where there is no admin key and none was given, and the relay offers self-registration.</summary>
    public async Task RegisterAsync(Transcript transcript, CancellationToken cancellationToken)
    {
        if (Pool is not null || target.Description.AdminKey is not null || !target.Claims("self-registration"))
            return;

        var tokens = new List<string>();
        while (tokens.Count < target.Limits.RegistrationPerHour
            && await AdminApi.SendAsync(target, HttpMethod.Post, AdminApi.Register, null, transcript, cancellationToken) is var answer
            && answer.Status == HttpStatusCode.Created && answer.Json("token") is { ValueKind: JsonValueKind.String } token)
        {
            tokens.Add(token.GetString()!);
        }

        if (tokens.Count == 0)
        {
            throw new CommandException(
                ExitCode.Usage, "The relay gives no token by self-registration now, and there is no admin key; use --admin-key, or tokens with --token.");
        }

        IsRegistered = true;
        Pool = new TokenPool(tokens, "had by self-registration", target.Limits, time);
    }

    /// <summary>Looks at every token there is: a wrong one is said before the run, and what was used today is known.</summary>
    /// <exception cref="CommandException">A token is refused, or somebody else is using it; exit 2.</exception>
    public async Task PrepareAsync(TokenLook look, CancellationToken cancellationToken)
    {
        foreach (var token in Pool?.All ?? [])
        {
            var (used, spoiled) = await look(token.Value, cancellationToken);
            if (spoiled is not null)
                throw new CommandException(ExitCode.Usage, $"Token {token.Number} of {Pool!.Count} cannot be used: {spoiled}");
            token.HasWorked = true;
            Pool!.Found(token, used);
        }
    }

    /// <summary>A token that no other scenario holds, with full buckets.</summary>
    /// <param name="held">How many the scenario has already.</param>
    /// <exception cref="NotRunException">There are not so many tokens.</exception>
    /// <exception cref="ExpectationException">The admin API did not make one.</exception>
    public async Task<TokenLease> TakeAsync(int held, Transcript transcript, CancellationToken cancellationToken)
    {
        if (Pool is not null)
            return await Pool.TakeAsync(held, cancellationToken);

        var expected = $"POST {new Uri(target.Http.BaseAddress!, AdminApi.Pair)} makes a token";
        HttpExchange answer;
        try
        {
            answer = await AdminApi.SendAsync(target, HttpMethod.Post, AdminApi.Pair, target.Description.AdminKey, transcript, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new ExpectationException(expected, $"the request failed: {exception.Message}");
        }

        if (answer.Status == HttpStatusCode.Created && answer.Json("token") is { ValueKind: JsonValueKind.String } made)
            return new TokenLease(made.GetString()!);

        var hint = answer.Status != HttpStatusCode.Unauthorized ? ""
            : target.Description.AdminKey is null ? "; give the relay's admin key with --admin-key, or tokens with --token"
            : "; the admin key given is not the relay's";
        throw new ExpectationException(expected, $"it answered {(int)answer.Status} {Encoding.UTF8.GetString(answer.Body.Span[..Math.Min(BodyShown, answer.Body.Length)])}{hint}");
    }

    /// <summary>Gives a token back when its scenario is over and its connections are closed.</summary>
    public async Task ReturnAsync(TokenLease lease, TokenLook look, CancellationToken cancellationToken)
    {
        if (lease.Shared is null)
            return;
        var (used, spoiled) = ((long?)null, (string?)null);
        for (var left = lease.Shared.HasWorked ? LooksAgain : 0; !cancellationToken.IsCancellationRequested; left--)
        {
            (used, spoiled) = await look(lease.Value, cancellationToken);
            lease.Shared.HasWorked |= spoiled is null;
            if (spoiled is null || left <= 0)
                break;
            await Task.Delay(BetweenLooks, time, CancellationToken.None);
        }

        Pool!.Return(lease, used, spoiled);
    }
}
