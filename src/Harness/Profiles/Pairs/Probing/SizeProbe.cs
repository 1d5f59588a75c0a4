using CoralMux.Harness.Evidence;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Probing;

/// <summary>The largest message that passes: first the target's own value, then powers of two, then bisection, within the quota.</summary>
internal sealed class SizeProbe(World world, Findings findings)
{
    private const string Key = "limits.maxMessageBytes";
    private const int Smallest = 512;

    /// <summary>Beyond this no limit is looked for.</summary>
    private const int Largest = 64 * 1024 * 1024;

    /// <summary>Delivered bytes that a probe may cost, and the part of the daily quota.</summary>
    private const long MostBytes = 256L * 1024 * 1024;

    private const int PartOfQuota = 2;

    private static readonly PeerName Sender = PeerName.Agent;

    private long _delivered;
    private string _refusal = "";

    public async Task FindAsync()
    {
        await ConnectAsync();
        var claimed = world.Target.Limits.MaxMessageBytes;
        int passes, refused;
        if (await PassesAsync(claimed))
        {
            if (!await PassesAsync(claimed + 1))
            {
                Found(claimed);
                return;
            }

            (passes, refused) = await BracketUpwardsAsync(claimed + 1);
        }
        else
        {
            (passes, refused) = await BracketDownwardsAsync(claimed);
        }

        while (passes + 1 < refused && CanAfford(refused))
        {
            // Limits like round numbers: the one just above a power of two is asked first.
            var middle = passes + ((refused - passes) / 2);
            var next = int.IsPow2(passes) ? passes + 1 : middle;
            if (await PassesAsync(next))
                passes = next;
            else
                refused = next;
        }

        if (passes + 1 == refused)
            Found(passes);
        else
        {
            var beyond = refused == int.MaxValue ? "nothing larger was tried" : $"{refused} do not";
            findings.Missing(Key, $"{passes} bytes pass and {beyond}; to go on would cost too much of the quota");
        }
    }

    private void Found(int size) =>
        findings.Limit("maxMessageBytes", size, $"so many pass, and one byte more is refused: {_refusal}", limits => limits with { MaxMessageBytes = size });

    private async Task<(int Passes, int Refused)> BracketUpwardsAsync(int passes)
    {
        while (passes < Largest && CanAfford(passes * 2))
        {
            var next = (int)Math.Min(Largest, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)passes + 1));
            if (!await PassesAsync(next))
                return (passes, next);
            passes = next;
        }

        return (passes, int.MaxValue);
    }

    private async Task<(int Passes, int Refused)> BracketDownwardsAsync(int refused)
    {
        var passes = refused;
        while (passes > Smallest)
        {
            // A quarter each time: a small limit is found without sending many large messages.
            passes = Math.Max(Smallest, 1 << (int.Log2(passes - 1) & ~1));
            if (await PassesAsync(passes))
                return (passes, refused);
            refused = passes;
            passes--;
        }

        throw new ExpectationException($"a message of {Smallest} bytes is delivered", _refusal);
    }

    private bool CanAfford(int bytes) =>
        bytes != int.MaxValue && _delivered + bytes <= Math.Min(MostBytes, findings.Description.Limits.DailyQuotaBytes / PartOfQuota);

    private async Task<bool> PassesAsync(int size)
    {
        while (true)
        {
            var envelope = world.Envelopes.OfSize("chat.done", size);
            var arrival = world.Cast.Peer(Sender.Opposite).ArrivalOf(envelope.Hash);
            await world.Traffic.SendAsync(Sender, envelope);
            var (delivered, error) = await OutcomeAsync(arrival);
            if (delivered)
            {
                _delivered += size;
                return true;
            }

            if (error?.Code == "RATE_LIMITED")
            {
                await world.Clock.WaitAsync(TimeSpan.FromMilliseconds(error.Number("retry_after_ms") ?? 1_000));
                continue;
            }

            if (error is not null && error.Code != "MESSAGE_TOO_LARGE")
                throw new ExpectationException("a large message is delivered, or refused for its size", $"one of {size} bytes is answered {error}");
            await ConnectAsync();
            return false;
        }
    }

    private async Task<(bool Delivered, ReceivedMessage? Error)> OutcomeAsync(Task<ReceivedMessage> arrival)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(world.CancellationToken);
        var refusal = world.Cast.Peer(Sender).NextMessageAsync("delivery or a refusal", world.Deadline with { CancellationToken = stop.Token });
        if (await Task.WhenAny(arrival, refusal) == arrival)
        {
            await stop.CancelAsync();
            await refusal.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return (true, null);
        }

        try
        {
            var error = await refusal;
            _refusal = error.Code ?? error.Describe();
            return (false, error);
        }
        catch (ExpectationException exception) when (world.Cast.Peer(Sender).Ended.IsCompleted)
        {
            _refusal = exception.Finding.Actual.ToString();
            return (false, null);
        }
    }

    // The refusal may have ended the connection, or may be about to: a new pair asks on.
    private async Task ConnectAsync()
    {
        await world.Cast.ConnectAsync(Sender.Opposite);
        await world.Cast.ConnectAsync(Sender);
    }
}
