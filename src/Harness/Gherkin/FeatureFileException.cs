namespace CoralMux.Harness.Gherkin;

/// <summary>A feature file that cannot be run; the message names file and line.</summary>
public sealed class FeatureFileException(string message) : Exception(message);
