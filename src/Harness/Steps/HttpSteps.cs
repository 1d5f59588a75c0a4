using System.Net;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Steps;

/// <summary>The pairing API and the operations API over HTTP.</summary>
[Binding]
public sealed class HttpSteps(World world)
{
    [StepArgumentTransformation("method", "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS")]
    public static HttpMethod Method(string text) => new(text);

    [StepArgumentTransformation("path", "/[^ ]*")]
    public static string Path(string text) => text[1..];

    [When("somebody asks {method} {path}")]
    [When("somebody asks {method} {path} without an admin key")]
    public Task Asks(HttpMethod method, string path) => SendAsync(method, path, null);

    [When("somebody asks {method} {path} with a wrong admin key")]
    public Task AsksWithAWrongKey(HttpMethod method, string path) => SendAsync(method, path, $"not-{Guid.NewGuid():N}");

    [Given("the operator has asked {method} {path}")]
    [When("the operator asks {method} {path}")]
    public Task TheOperatorAsks(HttpMethod method, string path) =>
        SendAsync(method, path, world.Target.Description.AdminKey ?? throw new NotRunException("it needs the relay's admin key; give it with --admin-key"));

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
            throw new ExpectationException($"a body that is a valid {schema}", $"{first} in {System.Text.Encoding.UTF8.GetString(answer.Body.Span[..Math.Min(200, answer.Body.Length)])}");
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

    private async Task SendAsync(HttpMethod method, string path, string? key)
    {
        if (path.Contains("{token}", StringComparison.Ordinal))
            path = path.Replace("{token}", await world.TokenAsync("own"), StringComparison.Ordinal);
        path = path.Replace("{unknown}", "oc_pair_" + Guid.NewGuid().ToString("N"), StringComparison.Ordinal);

        var expected = $"{method} {new Uri(world.Target.Http.BaseAddress!, path)} is answered";
        using var timeout = world.Deadline.StartTimer();
        try
        {
            world.LastAnswer = await AdminApi.SendAsync(world.Target, method, path, key, world.Transcript, timeout.Token);
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
