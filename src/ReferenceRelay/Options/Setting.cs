namespace CoralMux.ReferenceRelay.Options;

/// <summary>One thing that an operator can set: as flag <c>-name</c>, as environment variable <c>RELAY_NAME</c>, and as key <c>name</c> of the
/// configuration file.</summary>
/// <param name="Apply">Returns the options with the value in them; throws <see cref="FormatException"/> with a sentence that says what is
/// allowed.</param>
/// <param name="IsSecret">The value must not be repeated in a message.</param>
internal sealed record Setting(
    string Name, string Value, string Help, Func<RelayOptions, string, RelayOptions> Apply, bool IsSwitch = false, bool IsSecret = false)
{
    public string Variable => "RELAY_" + Name.Replace('-', '_').ToUpperInvariant();
}
