namespace CoralMux.Architecture.Reading;

/// <summary>What <see cref="CompiledProgramTests"/> finds in this very assembly: one type, used in each way that code can use one.</summary>
internal sealed class Used : Exception
{
    public static int Count { get; set; }

    public static Used New<T>() => new();

    public sealed class Inner;
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class UsedAttribute : Attribute;

internal interface IUsed;

#pragma warning disable CA1812 // Never made: only read.
internal sealed class Sample : IUsed
#pragma warning restore CA1812
{
    public List<Used[]>? Field { get; set; }

    [Used]
    public static void Attribute() => Console.WriteLine();

    public static void Constraint<T>() where T : IUsed => Console.WriteLine();

    public static void Body() => Console.WriteLine(Used.Count);

    public static void Parameter(Dictionary<string, Used?> used) => Console.WriteLine(used);

    public static void Argument() => Console.WriteLine(Enumerable.Empty<Used.Inner>());

    public static Func<int> Lambda(int number) => () => Used.Count + number;

    public static async Task Asynchronous()
    {
        await Task.Yield();
        Console.WriteLine(Used.Count);
    }

    public static void Handler()
    {
        try
        {
            Console.WriteLine();
        }
        catch (Used)
        {
            throw;
        }
    }
}
