using System.Net;
using System.Text;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Steps;

/// <summary>The pairing API and the operations API over HTTP.</summary>
[Binding]
public sealed class HttpSteps(World world)
{
    private readonly List<string> _made = [];
    private HandshakeResponse? _handshake;

    [StepArgumentTransformation("method", "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS")]
    public static HttpMethod Method(string text) => new(text);

    [StepArgumentTransformation("path", "/[^ ]*")]
    public static string Path(string text) => text[1..];

    [When("somebody asks {method} {path}")]
    [When("somebody asks {method} {path} without an admin key")]
    public Task Asks(HttpMethod method, string path) => SendAsync(method, path, null);

    [When("somebody asks {method} {path} with a wrong admin key")]
    public Task AsksWithAWrongKey(HttpMethod method, string path) => SendAsync(method, path, $"not-{Guid.NewGuid():N}");

    [When("the operator asks {method} {path}")]
    public Task TheOperatorAsks(HttpMethod method, string path) =>
        SendAsync(method, path, AdminKey);

    [When("somebody asks for the metrics")]
    public Task AsksForTheMetrics() => SendAsync(HttpMethod.Get, world.Target.Description.MetricsUrl ?? AdminApi.Metrics, null);

    [Then("the answer is {statuses}")]
    public void TheAnswerIs(HttpStatusCode[] statuses)
    {
        var answer = world.LastAnswer!;
        if (!statuses.Contains(answer.Status))
            throw new ExpectationException($"the answer {string.Join(" or ", statuses.Select(status => $"{(int)status} {status}"))}", $"{(int)answer.Status} {answer.Status}");
    }

    [Then("the answer is a valid {word}")]
    public void TheAnswerIsAValid(string schema)
    {
        var answer = world.LastAnswer!;
        if (world.Schemas.Validate($"http/{schema}", answer.Body) is [var first, ..])
            throw new ExpectationException($"a body that is a valid {schema}", $"{first} in {Encoding.UTF8.GetString(answer.Body.Span[..Math.Min(200, answer.Body.Length)])}");
    }

    /// <summary>The request as it stands, line by line; <c>&lt;host&gt;</c>, <c>&lt;path&gt;</c> and <c>&lt;key&gt;</c> are filled in.</summary>
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
            var (stream, response) = await WireConnection.OpenRawAsync(world.Target.Endpoint, Encoding.Latin1.GetBytes(request), "stranger", world.Transcript, timeout.Token);
            await stream.DisposeAsync();
            _handshake = response;
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

    [Then("the request is refused as the client's mistake")]
    public void TheRequestIsRefused()
    {
        if (_handshake!.Status is < 400 or > 499)
            throw new ExpectationException("a 4xx answer", $"{_handshake.Status} {_handshake.Reason}");
    }

    /// <summary>The right key, but not where it belongs.</summary>
    [When("the operator asks {method} {path} with the admin key in {word}")]
    public Task AsksWithTheKeyElsewhere(HttpMethod method, string path, string place)
    {
        var key = AdminKey;
        return place switch
        {
            "the-query" => SendAsync(method, $"{path}?admin_key={key}&X-Admin-Key={key}", null),
            "Authorization" => SendAsync(method, path, null, ("Authorization", $"Bearer {key}")),
            "Cookie" => SendAsync(method, path, null, ("Cookie", $"X-Admin-Key={key}; admin_key={key}")),
            _ => throw new InvalidOperationException($"'{place}' is no place for a key that this step knows."),
        };
    }

    [When("the operator makes {int} tokens")]
    public async Task MakesTokens(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await SendAsync(HttpMethod.Post, AdminApi.Pair, AdminKey);
            _made.Add(world.LastAnswer!.Json("token")?.ToString() ?? "");
        }
    }

    /// <summary>Chance would break this once in many thousand years of runs: 20 tokens, 32-bit pieces of each compared.</summary>
    [Then("no two of them have a piece in common")]
    public void NoTwoHaveAPieceInCommon()
    {
        if (_made.Count < 2 || _made.Any(token => token.Length < 40))
            throw new ExpectationException("tokens with 32 hexadecimal digits", string.Join(", ", _made));
        for (var at = 0; at < 32; at += 8)
        {
            if (_made.GroupBy(token => token.Substring(8 + at, 8)).FirstOrDefault(same => same.Count() > 1) is { } doubled)
                throw new ExpectationException("tokens from 128 random bits each", $"{doubled.Count()} of {_made.Count} have the digits {doubled.Key} in the same place");
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

    [Then("the answer holds no token")]
    public void TheAnswerHoldsNoToken()
    {
        if (world.LastAnswer!.Json("token") is { } token)
            throw new ExpectationException("an answer without a token", $"it holds {token}");
    }

    [Then("the answer has the header {string} {string}")]
    public void TheAnswerHasTheHeader(string name, string value)
    {
        var actual = world.LastAnswer!.Headers.GetValueOrDefault(name);
        if (actual is null || !actual.Split(';')[0].Trim().Equals(value, StringComparison.OrdinalIgnoreCase))
            throw new ExpectationException($"the header {name}: {value}", actual is null ? "there is no such header" : $"{name}: {actual}");
    }

    [Then("the answer says {string} is {word}")]
    public void TheAnswerSays(string member, string value)
    {
        var actual = world.LastAnswer!.Json(member);
        if (actual?.ToString() is not { } text || !text.Equals(value, StringComparison.OrdinalIgnoreCase))
            throw new ExpectationException($"a body with {member} {value}", actual is null ? $"there is no {member}" : $"{member} is {actual}");
    }

    private string AdminKey => world.Target.Description.AdminKey ?? throw new NotRunException("it needs the relay's admin key; give it with --admin-key");

    private async Task SendAsync(HttpMethod method, string path, string? key, params (string Name, string Value)[] headers)
    {
        if (world.SharesTokens && method == HttpMethod.Delete && key is not null && key == world.Target.Description.AdminKey && path.Contains("{token}", StringComparison.Ordinal))
            throw new NotRunException("it would delete a token that was given by hand; with an admin key alone, tokens are made at will");
        if (path.Contains("{token}", StringComparison.Ordinal))
            path = path.Replace("{token}", await world.TokenAsync("own"), StringComparison.Ordinal);
        path = path.Replace("{unknown}", "oc_pair_" + Guid.NewGuid().ToString("N"), StringComparison.Ordinal);

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
}
