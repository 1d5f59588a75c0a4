using System.CommandLine;

namespace CoralMux.Harness.Commands;

/// <summary>Makes options that take a value.</summary>
internal static class ValueOption
{
    /// <param name="value">The name of the value in the help, such as <c>FILE</c>.</param>
    public static Option<T> Create<T>(string name, string value, string description) => new(name) { HelpName = value, Description = description };

    /// <inheritdoc cref="Create{T}(string, string, string)"/>
    public static Option<T> Create<T>(string name, string value, string description, T byDefault) =>
        new(name) { HelpName = value, Description = description, DefaultValueFactory = _ => byDefault };
}
