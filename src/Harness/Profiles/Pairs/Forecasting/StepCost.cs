using System.Reflection;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Forecasting;

/// <summary>Declares what a step costs; without it, the peers among its arguments need their tokens, send nothing, and wait for nothing.</summary>
/// <param name="method">
/// A static method of the step's class, or of <see cref="StepCost"/>, that returns a <see cref="StepCost"/>. It takes the
/// step's arguments, as many of the first ones as it needs, and may take the target's <see cref="TargetLimits"/> after them.
/// </param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CostsAttribute(string method) : Attribute
{
    public string Method { get; } = method;
}

/// <summary>What a step costs where tokens are few.</summary>
/// <param name="Sent">Messages of each peer that count toward its rate. A peer that sends none needs its group's token all the same.</param>
public sealed record StepCost(params IReadOnlyList<(PeerName Peer, int Messages)> Sent)
{
    private const BindingFlags AnyStatic = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>How long the step waits because the protocol does.</summary>
    public TimeSpan Waiting { get; init; }

    public static StepCost OneMessage(PeerName peer) => new((peer, 1));

    /// <summary>At most as many messages as the peer's bucket holds.</summary>
    public static StepCost FullBurst(PeerName peer, TargetLimits limits) => new((peer, limits.RatePerMinute(peer.Role)));

    public static StepCost OneMessageEachWay(PeerName peer) => new((peer, 1), (peer.Opposite, 1));

    /// <summary>What a step declares, or the default.</summary>
    public static StepCost Of(BoundStep step, TargetLimits limits)
    {
        if (step.Definition.Method.GetCustomAttribute<CostsAttribute>()?.Method is not { } name)
            return new StepCost([.. step.Arguments.OfType<PeerName>().Select(peer => (peer, 0))]);
        var method = step.Definition.Method.DeclaringType!.GetMethod(name, AnyStatic) ?? typeof(StepCost).GetMethod(name, AnyStatic)!;
        var arguments = method.GetParameters().Select((parameter, i) => parameter.ParameterType == typeof(TargetLimits) ? limits : step.Arguments[i]);
        return (StepCost)method.Invoke(null, [.. arguments])!;
    }
}
