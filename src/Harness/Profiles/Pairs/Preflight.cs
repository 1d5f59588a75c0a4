using System.Net.Sockets;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs;

/// <summary>Before a run: is there a relay at all, and do we get in? If not, one sentence says what is there instead.</summary>
public static class Preflight
{
    /// <exception cref="CommandException">Exit 3: not reachable, or no relay. Exit 2: the admin key or a token given is wrong.</exception>
    public static async Task CheckAsync(PairsRun run, CancellationToken cancellationToken)
    {
        var endpoint = run.Context.Target.Endpoint;
        await DialAsync(endpoint, run.Context.Patience, cancellationToken);
        await using var world = run.CreateWorld("preflight", cancellationToken);
        try
        {
            await TakeTokenAsync(run, world, cancellationToken);
            var answer = await world.Cast.ConnectAsync(PeerName.Phone);
            if (run.Context.Schemas.ValidateRelayEnvelope(answer.Bytes) is [var first, ..])
                throw new CommandException(ExitCode.Unreachable, $"{endpoint.Url} answers a valid auth with an auth.ok that is none: {first}");
        }
        catch (ExpectationException exception)
        {
            throw new CommandException(ExitCode.Unreachable, $"{endpoint.Url} is no CoralMux relay: {Explain(world, exception)}.");
        }
    }

    private static async Task DialAsync(WireEndpoint endpoint, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(patience);
        try
        {
            await using var stream = await endpoint.DialAsync(timeout.Token);
        }
        catch (Exception exception) when (exception is SocketException or IOException or System.Security.Authentication.AuthenticationException)
        {
            var hint = exception is SocketException ? " Is the relay running there?" : "";
            throw new CommandException(ExitCode.Unreachable, $"{endpoint.Url} cannot be reached: {exception.Message.TrimEnd('.')}.{hint}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.Unreachable, $"{endpoint.Url} cannot be reached: no connection within {patience.TotalSeconds:0.#} s.");
        }
    }

    // The handshake first: a port that does not speak WebSocket needs no talk of admin keys.
    private static async Task TakeTokenAsync(PairsRun run, World world, CancellationToken cancellationToken)
    {
        var probe = PeerName.Parse("the client");
        await world.Cast.OpenAsync(probe, "not-a-token");
        try
        {
            await run.Tokens.RegisterAsync(world.Transcript, cancellationToken);
            await world.Purse.TokenAsync(Group.Own);
        }
        catch (ExpectationException exception)
        {
            // Is it a relay that just will not give us a token? A relay refuses an unknown one with auth.fail.
            await world.Traffic.SendAsync(probe, world.Envelopes.Auth(Purse.UnknownToken(), Role.Phone.Word));
            var answer = await world.Cast.Peer(probe).NextMessageAsync("auth.fail", world.Deadline);
            if (answer.Type is "auth.fail" or "auth.ok")
                throw new CommandException(ExitCode.Usage, $"No token could be had from this relay: {exception.Finding.Actual}. Its admin API may differ from ours: then give tokens made by hand with --token.");
            throw new ExpectationException("auth.fail", $"it answers an auth with {answer}{Echo(world, answer)}");
        }
    }

    private static string Explain(World world, ExpectationException exception)
    {
        var received = world.Cast.Find(PeerName.Phone)?.Received;
        return received is [var first, ..] ? $"it answers a valid auth with {first.Describe()}{Echo(world, first)}" : exception.Finding.Actual.ToString();
    }

    private static string Echo(World world, ReceivedMessage answer) =>
        world.LastSent is { } sent && sent.Bytes.Span.SequenceEqual(answer.Bytes.Span) ? ", which is our own message: it echoes what it gets" : "";
}
