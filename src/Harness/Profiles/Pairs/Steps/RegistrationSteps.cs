using System.Net;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>Self-registration: all from one client address, each from a source port of its own.</summary>
[Binding]
public sealed class RegistrationSteps(World world)
{
    private readonly List<string> _tokens = [];

    [StepArgumentTransformation("registration", "(?:once more|as often as an address may within an hour)(?:, forwarded for \"[^\"]*\")?")]
    public static string Registration(string text) => text;

    /// <summary>Forwarded for: what a proxy, or somebody who plays one, says of the client in <c>X-Forwarded-For</c>.</summary>
    [When("somebody registers {registration}")]
    public async Task Registers(string how)
    {
        (string, string)[] headers = how.Split('"') is [_, var addresses, ..] ? [("X-Forwarded-For", addresses)] : [];
        if (how.StartsWith("once", StringComparison.Ordinal))
            world.LastAnswer = await RegisterAsync(headers);
        else
            await RegisterAllAsync(headers);
    }

    [Then("every registration gave a new token, and each lets a phone in")]
    public async Task EveryTokenIsNew()
    {
        if (_tokens.Count == 0 || _tokens.Distinct().Count() != _tokens.Count)
            throw new ExpectationException("a token of its own for each registration", string.Join(", ", _tokens));
        for (var i = 0; i < _tokens.Count; i++)
        {
            var name = PeerName.Parse("the registered phone");
            await world.OpenAsync(name, _tokens[i]);
            await world.SendAsync(name, world.Auth(_tokens[i], world.Target.RoleName("phone")));
            var answer = await world.Peer(name).NextMessageAsync("auth.ok", world.Deadline);
            if (answer.Type != "auth.ok")
                throw new ExpectationException("auth.ok for a registered token", $"it received {answer}");
        }
    }

    private async Task RegisterAllAsync(params (string Name, string Value)[] headers)
    {
        if (world.HasRegistered && headers.Length == 0)
            throw new NotRunException("the tokens of this run took this address's registrations of the hour; give --admin-key or --token");
        for (var i = 0; i < world.Target.Limits.RegistrationPerHour; i++)
        {
            var answer = world.LastAnswer = await RegisterAsync(headers);
            // The reference relay that we started ourselves has seen nobody else.
            if (answer.Status == HttpStatusCode.TooManyRequests && !world.HasControl)
                throw new InconclusiveException($"this address could register {i} times only, and may have registered before within the hour");
            if (answer.Status != HttpStatusCode.Created)
                throw new ExpectationException($"registration {i + 1} of {world.Target.Limits.RegistrationPerHour} is answered 201", $"it is answered {(int)answer.Status}");
            _tokens.Add(answer.Json("token")?.ToString() ?? "");
        }
    }

    private async Task<HttpExchange> RegisterAsync(params (string Name, string Value)[] headers)
    {
        try
        {
            // A connection of its own: another source port.
            return await AdminApi.SendAsync(world.Target, HttpMethod.Post, AdminApi.Register, null, world.Transcript, world.CancellationToken, [("Connection", "close"), .. headers]);
        }
        catch (HttpRequestException exception)
        {
            throw new ExpectationException("POST /api/v1/register is answered", exception.Message);
        }
    }
}
