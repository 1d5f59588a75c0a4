namespace CoralMux.Architecture.Reading;

/// <summary>A type as the source names it; what the compiler generates counts as the type that it was generated for.</summary>
internal readonly record struct TypeName(string Namespace, string Name)
{
    public override string ToString() => $"{Namespace}.{Name}";
}

/// <summary>One type of a program uses another of the same program.</summary>
/// <param name="Member">The member of <paramref name="From"/> that does so, or what of the type itself does.</param>
internal sealed record Reference(TypeName From, string Member, TypeName To)
{
    public override string ToString() => $"{From}.{Member} uses {To}";
}
