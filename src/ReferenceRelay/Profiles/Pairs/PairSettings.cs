using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;

namespace CoralMux.ReferenceRelay.Profiles.Pairs;

/// <summary>The settings that only this profile has.</summary>
internal static class PairSettings
{
    private const int MaxRate = 100_000_000;

    public static readonly IReadOnlyList<Setting> All =
    [
        new("rate-phone", "N", "messages a phone may send in a minute (30)",
            (o, v) => o with { Limits = (PairLimits)o.Limits with { PhoneMessagesPerMinute = SettingValue.Number(v, 1, MaxRate) } }),
        new("rate-agent", "N", "messages an agent may send in a minute (120)",
            (o, v) => o with { Limits = (PairLimits)o.Limits with { AgentMessagesPerMinute = SettingValue.Number(v, 1, MaxRate) } }),
    ];
}
