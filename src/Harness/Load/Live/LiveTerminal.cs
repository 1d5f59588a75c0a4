using Spectre.Console;

namespace CoralMux.Harness.Load.Live;

/// <summary>Where a live view goes.</summary>
/// <param name="Lines">Where lines go if there is no terminal, or null: nowhere.</param>
internal sealed record LiveTerminal(IAnsiConsole Console, TextWriter? Lines)
{
    public bool IsInteractive => Console.Profile.Capabilities is { Interactive: true, Ansi: true };

    /// <param name="isSilent">Only data is wanted.</param>
    public static LiveTerminal For(bool isSilent) => isSilent ? WithoutTerminal(null) : new LiveTerminal(AnsiConsole.Console, System.Console.Error);

    public static LiveTerminal WithoutTerminal(TextWriter? lines) =>
        new(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null), Interactive = InteractionSupport.No }), lines);
}
