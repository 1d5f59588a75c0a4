using System.Net;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>Self-registration: all from one client address, each from a source port of its own.</summary>
[Binding]
public sealed class RegistrationSteps(World world)
{
    private readonly List<string> _tokens = [];

    [StepWords("how often")]
    public static Words<HowOften> Frequencies { get; } =
        new(("once more", HowOften.Once), ("as often as an address may within an hour", HowOften.AsAllowed));

    [When("somebody registers {how often}")]
    public Task Registers(HowOften howOften) => RegisterAsync(howOften, []);

    /// <summary>What a proxy, or somebody who plays one, says of the client in <c>X-Forwarded-For</c>.</summary>
    [When("somebody registers {how often}, forwarded for {string}")]
    public Task RegistersForwarded(HowOften howOften, string addresses) => RegisterAsync(howOften, [("X-Forwarded-For", addresses)]);

    [Then("every registration gave a new token, and each lets a phone in")]
    public async Task EveryTokenIsNew()
    {
        if (_tokens.Count == 0 || _tokens.Distinct().Count() != _tokens.Count)
            throw new ExpectationException("a token of its own for each registration", string.Join(", ", _tokens));
        for (var i = 0; i < _tokens.Count; i++)
        {
            var name = PeerName.Parse("the registered phone");
            await world.Cast.OpenAsync(name, _tokens[i]);
            await world.Traffic.SendAsync(name, world.Envelopes.Auth(_tokens[i], world.Target.RoleName(Role.Phone)));
            var answer = await world.Cast.Peer(name).NextMessageAsync("auth.ok", world.Deadline);
            if (answer.Type != "auth.ok")
                throw new ExpectationException("auth.ok for a registered token", $"it received {answer}");
        }
    }

    private async Task RegisterAsync(HowOften howOften, (string Name, string Value)[] headers)
    {
        if (howOften == HowOften.Once)
            world.LastAnswer = await RegisterAsync(headers);
        else
            await RegisterAllAsync(headers);
    }

    private async Task RegisterAllAsync((string Name, string Value)[] headers)
    {
        if (world.Purse.IsRegistered && headers.Length == 0)
            throw new NotRunException("the tokens of this run took this address's registrations of the hour; give --admin-key or --token");
        for (var i = 0; i < world.Target.Limits.RegistrationPerHour; i++)
        {
            var answer = world.LastAnswer = await RegisterAsync(headers);
            // The reference relay that we started ourselves has seen nobody else.
            if (answer.Status == HttpStatusCode.TooManyRequests && !world.Relays.HasControl)
                throw new InconclusiveException($"this address could register {i} times only, and may have registered before within the hour");
            if (answer.Status != HttpStatusCode.Created)
                throw new ExpectationException($"registration {i + 1} of {world.Target.Limits.RegistrationPerHour} is answered 201", $"it is answered {(int)answer.Status}");
            _tokens.Add(answer.Json("token")?.ToString() ?? "");
        }
    }

    private async Task<HttpExchange> RegisterAsync((string Name, string Value)[] headers)
    {
        try
        {
            // A connection of its own: another source port.
            (string, string)[] all = [("Connection", "close"), .. headers];
            return await AdminApi.SendAsync(world.Target, HttpMethod.Post, AdminApi.Register, null, world.Transcript, world.CancellationToken, all);
        }
        catch (HttpRequestException exception)
        {
            throw new ExpectationException("POST /api/v1/register is answered", exception.Message);
        }
    }

    /// <summary>How many registrations are asked for.</summary>
    public enum HowOften { Once, AsAllowed }
}
