using System.Text.Json.Serialization;

namespace CoralMux.Harness.Profiles.Pairs.Load;

/// <summary>The flows of a load profile (<c>messages.flow</c>).</summary>
internal enum FlowKind
{
    [JsonStringEnumMemberName("phone-to-agent")] PhoneToAgent,
    [JsonStringEnumMemberName("agent-to-phone")] AgentToPhone,
    [JsonStringEnumMemberName("both")] Both,

    /// <summary>The agent answers each message.</summary>
    [JsonStringEnumMemberName("round-trip")] RoundTrip,

    /// <summary>The agent answers each message token by token.</summary>
    [JsonStringEnumMemberName("stream")] Stream,

    /// <summary>As <see cref="Stream"/>, with questions and attachments as people send them.</summary>
    [JsonStringEnumMemberName("chat")] Chat,
}

/// <summary>The limits whose decisions are compared with a model (<c>scores</c>).</summary>
internal enum ScoredLimit
{
    [JsonStringEnumMemberName("rate-phone")] RatePhone,
    [JsonStringEnumMemberName("rate-agent")] RateAgent,
    [JsonStringEnumMemberName("daily-quota")] DailyQuota,
    [JsonStringEnumMemberName("monthly-quota")] MonthlyQuota,
}

/// <summary>The messages of the relay, and of the peer, that a load run follows (<c>type</c>).</summary>
internal enum RelayMessageKind
{
    [JsonStringEnumMemberName("auth.ok")] AuthOk,
    [JsonStringEnumMemberName("auth.fail")] AuthFail,
    [JsonStringEnumMemberName("status")] Status,
    [JsonStringEnumMemberName("key_exchange")] KeyExchange,
    [JsonStringEnumMemberName("chat.error")] Error,
}

/// <summary>Why a relay refused a message because of a limit (<c>code</c> of a <c>chat.error</c>).</summary>
internal enum LimitRefusal
{
    [JsonStringEnumMemberName("RATE_LIMITED")] Rate,
    [JsonStringEnumMemberName("DAILY_QUOTA_EXCEEDED")] DailyQuota,
    [JsonStringEnumMemberName("MONTHLY_QUOTA_EXCEEDED")] MonthlyQuota,
}
