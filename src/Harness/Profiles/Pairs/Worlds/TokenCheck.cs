using CoralMux.Harness.Evidence;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Tokens;
using CoralMux.Harness.Running;

namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>A look at a token between two scenarios: nobody is left on it, and its quota has room.</summary>
internal static class TokenCheck
{
    private static readonly PeerName Phone = PeerName.Phone;

    /// <summary>
    /// Connects as the token's phone, waits until the relay has seen the last scenario's agent leave, and goes in
    /// order, so that the relay has seen that too. Costs no message of any rate.
    /// </summary>
    /// <returns>Bytes that its quota has counted, where the relay says so; and why it cannot be used again, or null.</returns>
    public static async Task<(long? UsedBytes, string? Spoiled)> LookAtAsync(
        RunContext context, TokenSource tokens, string token, CancellationToken cancellationToken)
    {
        await using var world = new World(context, tokens, "between two scenarios", cancellationToken);
        try
        {
            var peer = await world.Cast.OpenAsync(Phone, token);
            await world.Traffic.SendAsync(Phone, world.Envelopes.Auth(token, peer.Role));
            var answer = await peer.NextMessageAsync("auth.ok", world.Deadline);
            if (answer.Type != "auth.ok")
                return (null, $"it is answered {answer.Describe()}");
            if (answer.Payload("paired") is { ValueKind: System.Text.Json.JsonValueKind.True })
                await peer.NextNoticeAsync("the agent of the scenario before has left", world.Deadline);
            await peer.CloseAsync(1000, world.Deadline);
            return (answer.Number("daily_used_bytes"), null);
        }
        catch (Exception exception) when (exception is ExpectationException or IOException or ObjectDisposedException)
        {
            return (null, exception.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (null, null);
        }
    }
}
