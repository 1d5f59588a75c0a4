using CoralMux.Architecture.Reading;

namespace CoralMux.Architecture.Rules;

/// <summary>Finds what breaks the rules of a house. Each sentence names the type that refers, its member, and the type referred to.</summary>
internal static class Judge
{
    private const string Ground = ".";

    /// <summary>Every broken rule, one line each; empty where the house stands.</summary>
    public static IReadOnlyList<string> Problems(CompiledProgram program, House house)
    {
        var found = Strangers(program, house).Concat(house.Orders.SelectMany(order => Unlisted(program, order))).ToList();
        var broken = house.Orders.SelectMany(order => Upward(program, order))
            .Concat(Cycles(program, house))
            .Concat(ProfilesSeen(program, house)).ToList();
        found.AddRange(broken.Where(problem => !house.Temporary.Any(exception => Covers(exception, problem.Reference)))
            .Select(problem => $"{problem.Reference}: {problem.Rule}"));
        found.AddRange(house.Temporary.Where(exception => !broken.Any(problem => Covers(exception, problem.Reference)))
            .Select(exception => $"The temporary exception {exception.From} -> {exception.To} is not needed any more: delete it."));
        return [.. found.Distinct()];
    }

    private static IEnumerable<string> Strangers(CompiledProgram program, House house) => program.Types
        .Where(type => type.Namespace.Length > 0 && !IsWithin(type.Namespace, house.Root))
        .Select(type => $"{type}: not in {house.Root} or a namespace below it.");

    private static IEnumerable<string> Unlisted(CompiledProgram program, Order order) => program.Types
        .Where(type => RoomOf(type, order.Below) is { } room && !order.Rooms.Contains(room))
        .Select(type => $"{type}: the order of rooms below {order.Below} has no room '{RoomOf(type, order.Below)}'.");

    private static IEnumerable<(Reference Reference, string Rule)> Upward(CompiledProgram program, Order order) =>
        from reference in program.References
        let user = Array.IndexOf(order.Rooms, RoomOf(reference.From, order.Below))
        let used = Array.IndexOf(order.Rooms, RoomOf(reference.To, order.Below))
        where user >= 0 && used > user
        select (reference, $"below {order.Below}, the room {order.Rooms[user]} comes before {order.Rooms[used]} and must not use it.");

    /// <summary>Where no order is listed, the rooms of a namespace must at least have one.</summary>
    private static IEnumerable<(Reference Reference, string Rule)> Cycles(CompiledProgram program, House house)
    {
        foreach (var below in program.Types.SelectMany(type => Around(type.Namespace)).Distinct().Except(house.Orders.Select(order => order.Below)))
        {
            var arrows = program.References
                .Select(reference => (Reference: reference, From: RoomOf(reference.From, below), To: RoomOf(reference.To, below)))
                .Where(arrow => arrow.From is not null && arrow.To is not null && arrow.From != arrow.To)
                .ToList();
            var uses = arrows.ToLookup(arrow => arrow.From!, arrow => arrow.To!);
            foreach (var (reference, from, to) in arrows.Where(arrow => Reaches(uses, arrow.To!, arrow.From!)).DistinctBy(arrow => (arrow.From, arrow.To)))
                yield return (reference, $"below {below}, the rooms {from} and {to} are in a cycle.");
        }
    }

    private static IEnumerable<(Reference Reference, string Rule)> ProfilesSeen(CompiledProgram program, House house)
    {
        foreach (var reference in program.References)
        {
            if (RoomOf(reference.To, house.Profiles) is not { } seen || seen == Ground || RoomOf(reference.From, house.Profiles) == seen)
                continue;
            if (RoomOf(reference.From, house.Profiles) is { } other && other != Ground)
                yield return (reference, $"the profile {other} must not see the profile {seen}.");
            else if (!house.NamesProfiles.Contains(reference.From.Namespace))
                yield return (reference, $"only {string.Join(" and ", house.NamesProfiles)} may name a profile.");
        }
    }

    private static bool Reaches(ILookup<string, string> uses, string from, string to)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>([from]);
        while (open.TryPop(out var room))
        {
            if (room == to)
                return true;
            foreach (var next in uses[room].Where(seen.Add))
                open.Push(next);
        }

        return false;
    }

    private static IEnumerable<string> Around(string space)
    {
        for (var inner = space; inner.LastIndexOf('.') is > 0 and var dot; inner = inner[..dot])
            yield return inner;
    }

    private static string? RoomOf(TypeName type, string below) =>
        type.Namespace == below ? Ground
        : IsWithin(type.Namespace, below) ? type.Namespace[(below.Length + 1)..].Split('.')[0]
        : null;

    private static bool Covers((string From, string To) exception, Reference reference) =>
        IsWithin(reference.From.ToString(), exception.From) && IsWithin(reference.To.ToString(), exception.To);

    private static bool IsWithin(string name, string space) => name == space || name.StartsWith(space + ".", StringComparison.Ordinal);
}
