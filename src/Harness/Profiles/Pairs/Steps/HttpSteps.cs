using System.Globalization;
using System.Net;
using System.Text;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Forecasting;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>The pairing API and the operations API over HTTP.</summary>
[Binding]
public sealed class HttpSteps(World world)
{
    private const string OwnToken = "{token}";

    [StepArgumentTransformation("method", "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS")]
    public static HttpMethod Method(string text) => new(text);

    [StepArgumentTransformation("path", "/[^ ]*")]
    public static string Path(string text) => text[1..];

    [StepWords("asker")]
    public static Words<Asker> Askers { get; } = new(("somebody", Asker.Somebody), ("the operator", Asker.Operator));

    [StepWords("credential")]
    public static Words<Credential> Credentials { get; } = new(
        ("", Credential.AskersOwn),
        (" without an admin key", Credential.None),
        (" with a wrong admin key", Credential.Wrong),
        (" with an empty admin key", Credential.Empty),
        (" with the admin key in the-query", Credential.InQuery),
        (" with the admin key in Authorization", Credential.InAuthorization),
        (" with the admin key in Cookie", Credential.InCookie));

    /// <summary>
    /// <c>{token}</c> in the path is the scenario's own, <c>{unknown}</c> one that was never made, <c>{metrics}</c> where the
    /// target has them. The operator gives the key in its header, unless the words say otherwise.
    /// </summary>
    [When("{asker} asks {method} {path}{credential}")]
    [Costs(nameof(CostOfAsking))]
    public Task Asks(Asker asker, HttpMethod method, string path, Credential credential) => credential switch
    {
        Credential.Wrong => SendAsync(method, path, $"not-{Guid.NewGuid():N}"),
        Credential.Empty => SendAsync(method, path, ""),
        Credential.InQuery => SendAsync(method, $"{path}?admin_key={AdminKey}&X-Admin-Key={AdminKey}", null),
        Credential.InAuthorization => SendAsync(method, path, null, ("Authorization", $"Bearer {AdminKey}")),
        Credential.InCookie => SendAsync(method, path, null, ("Cookie", $"X-Admin-Key={AdminKey}; admin_key={AdminKey}")),
        _ => SendAsync(method, path, asker == Asker.Operator && credential == Credential.AskersOwn ? AdminKey : null),
    };

    [Then("the answer is {statuses}")]
    public void TheAnswerIs(HttpStatusCode[] statuses)
    {
        var answer = world.LastAnswer!;
        if (!statuses.Contains(answer.Status))
            throw new ExpectationException($"the answer {string.Join(" or ", statuses.Take(4).Select(status => $"{(int)status} {status}"))}{(statuses.Length > 4 ? " or another of its kind" : "")}", $"{(int)answer.Status} {answer.Status}");
    }

    [Then("the answer is a valid {word}")]
    public void TheAnswerIsAValid(string schema)
    {
        var answer = world.LastAnswer!;
        if (world.Schemas.Validate($"http/{schema}", answer.Body) is [var first, ..])
            throw new ExpectationException($"a body that is a valid {schema}", $"{first} in {Encoding.UTF8.GetString(answer.Body.Span[..Math.Min(200, answer.Body.Length)])}");
    }

    /// <summary>The request as it is written, line by line; <c>&lt;host&gt;</c>, <c>&lt;path&gt;</c> and <c>&lt;key&gt;</c> are filled in.</summary>
    [When("somebody sends this request")]
    public async Task SendsThisRequest(string text)
    {
        var url = world.Target.Endpoint.Url;
        var request = text.TrimEnd().ReplaceLineEndings("\r\n")
            .Replace("<host>", url.Authority, StringComparison.Ordinal)
            .Replace("<path>", url.PathAndQuery, StringComparison.Ordinal)
            .Replace("<key>", Handshake.NewKey(), StringComparison.Ordinal) + "\r\n\r\n";
        using var timeout = world.Deadline.StartTimer();
        try
        {
            var (stream, response) = await WireConnection.OpenRawAsync(
                world.Target.Endpoint, Encoding.Latin1.GetBytes(request), "stranger", world.Transcript, timeout.Token);
            await stream.DisposeAsync();
            world.LastAnswer = new HttpExchange((HttpStatusCode)response.Status, response.Headers, ReadOnlyMemory<byte>.Empty);
        }
        catch (HandshakeException exception)
        {
            throw new ExpectationException("an HTTP answer", exception.Message);
        }
        catch (IOException exception)
        {
            throw new ExpectationException("an HTTP answer", exception.Message);
        }
        catch (OperationCanceledException) when (!world.CancellationToken.IsCancellationRequested)
        {
            throw new ExpectationException("an HTTP answer", $"there was none within {world.Deadline}");
        }
    }

    /// <summary>Chance would break this once in many thousand years of runs: 20 tokens, 32-bit pieces of each compared.</summary>
    [Then("{int} tokens that the operator makes have no piece in common")]
    public async Task TokensHaveNoPieceInCommon(int count)
    {
        var made = new List<string>();
        for (var i = 0; i < count; i++)
        {
            await SendAsync(HttpMethod.Post, AdminApi.Pair, AdminKey);
            made.Add(world.LastAnswer!.Json("token")?.ToString() ?? "");
        }

        if (made.Count < 2 || made.Any(token => token.Length < 40))
            throw new ExpectationException("tokens with 32 hexadecimal digits", string.Join(", ", made));
        for (var at = 0; at < 32; at += 8)
        {
            if (made.GroupBy(token => token.Substring(8 + at, 8)).FirstOrDefault(same => same.Count() > 1) is { } doubled)
                throw new ExpectationException("tokens from 128 random bits each", $"{doubled.Count()} of {made.Count} have the digits {doubled.Key} in the same place");
        }
    }

    [Then("the answer is Not Found, or OK with nobody there")]
    public void TheAnswerIsNotFoundOrNobody()
    {
        if (world.LastAnswer!.Status == HttpStatusCode.NotFound)
            return;
        TheAnswerIs([HttpStatusCode.OK]);
        TheAnswerIsAValid("pair-status");
        TheAnswerSays("phone", "false");
        TheAnswerSays("agent", "false");
    }

    /// <summary>The exact value, or <c>N to M</c> for a whole number between.</summary>
    [Then("the answer has the header {string} {string}")]
    public void TheAnswerHasTheHeader(string name, string value)
    {
        var actual = world.LastAnswer!.Headers.GetValueOrDefault(name);
        var range = value.Split(" to ");
        var holds = range is [var from, var to]
            && int.TryParse(from, CultureInfo.InvariantCulture, out var least) && int.TryParse(to, CultureInfo.InvariantCulture, out var most)
            ? int.TryParse(actual, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            : actual is not null && actual.Split(';')[0].Trim().Equals(value, StringComparison.OrdinalIgnoreCase);
        if (!holds)
            throw new ExpectationException($"the header {name}: {value}", actual is null ? "there is no such header" : $"{name}: {actual}");
    }

    /// <summary><c>absent</c>: there is no such member.</summary>
    [Then("the answer says {string} is {word}")]
    public void TheAnswerSays(string member, string value)
    {
        var actual = world.LastAnswer!.Json(member);
        if (value == "absent" ? actual is not null : actual?.ToString() is not { } text || !text.Equals(value, StringComparison.OrdinalIgnoreCase))
            throw new ExpectationException($"a body with {member} {value}", actual is null ? $"there is no {member}" : $"{member} is {actual}");
    }

    private static StepCost CostOfAsking(Asker asker, HttpMethod method, string path) =>
        path.Contains(OwnToken, StringComparison.Ordinal) ? new((PeerName.Phone, 0)) : new();

    private string AdminKey => world.Target.Description.AdminKey ?? throw new NotRunException("it needs the relay's admin key; give it with --admin-key");

    private async Task SendAsync(HttpMethod method, string path, string? key, params (string Name, string Value)[] headers)
    {
        var isOfPurse = path.Contains(OwnToken, StringComparison.Ordinal);
        if (isOfPurse && world.Purse.IsShared && method == HttpMethod.Delete && key is not null && key == world.Target.Description.AdminKey)
            throw new NotRunException("it would delete a token that was given by hand; with an admin key alone, tokens are made at will");
        if (isOfPurse)
            path = path.Replace(OwnToken, await world.Purse.TokenAsync(Group.Own), StringComparison.Ordinal);
        path = path.Replace("{metrics}", world.Target.Description.MetricsUrl ?? AdminApi.Metrics, StringComparison.Ordinal);
        path = path.Replace("{unknown}", Purse.UnknownToken(), StringComparison.Ordinal);

        var expected = $"{method} {new Uri(world.Target.Http.BaseAddress!, path)} is answered";
        using var timeout = world.Deadline.StartTimer();
        try
        {
            world.LastAnswer = await AdminApi.SendAsync(world.Target, method, path, key, world.Transcript, timeout.Token, headers);
        }
        catch (HttpRequestException exception)
        {
            throw new ExpectationException(expected, exception.Message);
        }
        catch (OperationCanceledException) when (!world.CancellationToken.IsCancellationRequested)
        {
            throw new ExpectationException(expected, $"there was no answer within {world.Deadline}");
        }
    }

    /// <summary>Who asks.</summary>
    public enum Asker { Somebody, Operator }

    /// <summary>What a request carries as the admin key; of itself the operator gives the key in its header, somebody none.</summary>
    public enum Credential { AskersOwn, None, Wrong, Empty, InQuery, InAuthorization, InCookie }
}
