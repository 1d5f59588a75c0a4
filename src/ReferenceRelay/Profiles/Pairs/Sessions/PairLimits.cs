using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;

namespace CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;

/// <summary>The limits of every relay, and the message rates of the two roles (LIM-01, LIM-31).</summary>
internal sealed record PairLimits : RelayLimits
{
    public int PhoneMessagesPerMinute { get; init; } = 30;

    public int AgentMessagesPerMinute { get; init; } = 120;

    public int MessagesPerMinute(Role role) => role == Role.Phone ? PhoneMessagesPerMinute : AgentMessagesPerMinute;
}
