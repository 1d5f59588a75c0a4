using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Envelopes;

/// <summary>The two ends of a pairing (chapter Pairing of the specification).</summary>
public enum Role { Phone, Agent }

/// <summary>What follows from a role.</summary>
public static class Roles
{
    /// <summary>As the specification spells them.</summary>
    public static Words<Role> Words { get; } = new(("phone", Role.Phone), ("agent", Role.Agent));

    extension(Role role)
    {
        public string Word => Words.For(role);

        public Role Opposite => role == Role.Phone ? Role.Agent : Role.Phone;

        /// <summary>The type of an ordinary message from this role.</summary>
        public string MessageType => role == Role.Phone ? "chat.send" : "chat.done";
    }

    /// <summary>How the target spells a role.</summary>
    public static string RoleName(this Target target, Role role) => role == Role.Phone ? target.Description.Roles.Phone : target.Description.Roles.Agent;

    /// <summary>Messages a minute that a role may send, and the capacity of its bucket.</summary>
    public static int RatePerMinute(this TargetLimits limits, Role role) => role == Role.Phone ? limits.RatePhonePerMinute : limits.RateAgentPerMinute;
}
