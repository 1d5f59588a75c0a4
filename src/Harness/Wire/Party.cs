namespace CoralMux.Harness.Wire;

/// <summary>On which side of the relay a picture draws somebody.</summary>
public enum Side
{
    Left,
    Right,
}

/// <summary>Somebody in a scenario, by the name that the transcript gives to the connection.</summary>
/// <param name="IsControl">Not what the scenario is about: it shows that the relay is healthy.</param>
public sealed record Party(string Name, Side Side, bool IsControl);
