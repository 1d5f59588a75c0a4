namespace CoralMux.ReferenceRelay.Profiles.Pairs.Messages;

/// <summary>The two sides of a session (PAIR-24).</summary>
internal enum Role
{
    Phone,
    Agent,
}

internal static class Roles
{
    public static Role Other(this Role role) => role == Role.Phone ? Role.Agent : Role.Phone;

    public static string Name(this Role role) => role == Role.Phone ? "phone" : "agent";

    public static bool TryParse(ReadOnlySpan<byte> name, out Role role)
    {
        role = name.SequenceEqual("agent"u8) ? Role.Agent : Role.Phone;
        return role == Role.Agent || name.SequenceEqual("phone"u8);
    }
}
