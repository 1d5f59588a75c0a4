using System.Reflection.PortableExecutable;

namespace CoralMux.Architecture.Reading;

/// <summary>A compiled program: the types of its own, which of them uses which, and the assemblies that it refers to.</summary>
/// <remarks>Constants, enum members and <c>nameof</c> leave no trace in compiled code: an arrow made of nothing else is not seen.</remarks>
internal sealed record CompiledProgram(IReadOnlyList<TypeName> Types, IReadOnlyList<Reference> References, IReadOnlyList<string> Assemblies)
{
    public static CompiledProgram Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        return new ProgramReader(file).Read();
    }
}
