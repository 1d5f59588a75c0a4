namespace CoralMux.ReferenceRelay.Protocol;

/// <summary>The two sides of a session. The numeric value indexes per-role arrays.</summary>
internal enum Role
{
    Phone = 0,
    Agent = 1,
}

internal static class Roles
{
    public static Role Other(this Role role) => (Role)(1 - (int)role);

    public static string Name(this Role role) => role == Role.Phone ? "phone" : "agent";

    public static bool TryParse(ReadOnlySpan<byte> name, out Role role)
    {
        role = name.SequenceEqual("agent"u8) ? Role.Agent : Role.Phone;
        return role == Role.Agent || name.SequenceEqual("phone"u8);
    }
}
