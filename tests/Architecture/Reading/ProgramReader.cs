using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace CoralMux.Architecture.Reading;

/// <summary>Reads a compiled program with System.Reflection.Metadata: signatures, attributes and the instructions of every method.</summary>
internal sealed partial class ProgramReader(PEReader file)
{
    private readonly MetadataReader _metadata = file.GetMetadataReader();
    private readonly TypesOfSignature _signatures = new();
    private readonly HashSet<Reference> _references = [];

    public CompiledProgram Read()
    {
        foreach (var handle in _metadata.TypeDefinitions)
            ReadType(handle);
        return new CompiledProgram(
            [.. _metadata.TypeDefinitions.Where(IsWritten).Select(NameOf).Distinct()],
            [.. _references.OrderBy(reference => reference.ToString(), StringComparer.Ordinal)],
            [.. _metadata.AssemblyReferences.Select(handle => _metadata.GetString(_metadata.GetAssemblyReference(handle).Name))]);
    }

    private void ReadType(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        Add(handle, "its base type", Of(type.BaseType));
        Add(handle, "its interfaces", type.GetInterfaceImplementations().SelectMany(item => Of(_metadata.GetInterfaceImplementation(item).Interface)));
        Add(handle, "its attributes", Attributes(type.GetCustomAttributes()));
        Add(handle, "its type parameters", Constraints(type.GetGenericParameters()));
        foreach (var field in type.GetFields().Select(_metadata.GetFieldDefinition))
            Add(handle, Text(field.Name), [.. field.DecodeSignature(_signatures, null), .. Attributes(field.GetCustomAttributes())]);
        foreach (var property in type.GetProperties().Select(_metadata.GetPropertyDefinition))
            Add(handle, Text(property.Name), Attributes(property.GetCustomAttributes()));
        foreach (var method in type.GetMethods().Select(_metadata.GetMethodDefinition))
            ReadMethod(handle, method);
    }

    private void ReadMethod(TypeDefinitionHandle handle, MethodDefinition method)
    {
        var name = Text(method.Name);
        var signature = method.DecodeSignature(_signatures, null);
        Add(handle, name, [.. signature.ReturnType, .. signature.ParameterTypes.SelectMany(type => type)]);
        Add(handle, name, Constraints(method.GetGenericParameters()));
        Add(handle, name, Attributes([.. method.GetCustomAttributes(), .. method.GetParameters().SelectMany(ParameterAttributes)]));
        if (method.RelativeVirtualAddress == 0)
            return;

        var body = file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
            Add(handle, name, _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_signatures, null).SelectMany(type => type));
        Add(handle, name, body.ExceptionRegions.SelectMany(region => Of(region.CatchType)));
        Add(handle, name, InstructionTokens.In(body.GetILBytes()!).SelectMany(Of));
    }

    private IEnumerable<CustomAttributeHandle> ParameterAttributes(ParameterHandle parameter) => _metadata.GetParameter(parameter).GetCustomAttributes();

    private IEnumerable<TypeDefinitionHandle> Attributes(IEnumerable<CustomAttributeHandle> attributes) =>
        attributes.SelectMany(attribute => Of(_metadata.GetCustomAttribute(attribute).Constructor));

    private IEnumerable<TypeDefinitionHandle> Constraints(GenericParameterHandleCollection parameters) => parameters
        .SelectMany(parameter => _metadata.GetGenericParameter(parameter).GetConstraints())
        .SelectMany(constraint => Of(_metadata.GetGenericParameterConstraint(constraint).Type));

    private IEnumerable<TypeDefinitionHandle> Of(EntityHandle handle) => handle.IsNil ? [] : handle.Kind switch
    {
        HandleKind.TypeDefinition => [(TypeDefinitionHandle)handle],
        HandleKind.TypeSpecification => _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_signatures, null),
        HandleKind.FieldDefinition => [_metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType()],
        HandleKind.MethodDefinition => [_metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType()],
        HandleKind.MemberReference => Of(_metadata.GetMemberReference((MemberReferenceHandle)handle).Parent),
        HandleKind.MethodSpecification => Of(_metadata.GetMethodSpecification((MethodSpecificationHandle)handle)),
        _ => [],
    };

    private IEnumerable<TypeDefinitionHandle> Of(MethodSpecification method) =>
        [.. Of(method.Method), .. method.DecodeSignature(_signatures, null).SelectMany(type => type)];

    private void Add(TypeDefinitionHandle from, string member, IEnumerable<TypeDefinitionHandle> to)
    {
        // <>9__0 caches the delegate of a lambda, whose own method says the same.
        if (!IsWritten(from) || member.StartsWith("<>9", StringComparison.Ordinal))
            return;
        foreach (var type in to.Where(IsWritten).Select(NameOf).Where(type => type != NameOf(from)))
            _references.Add(new Reference(NameOf(from), SourceName(from, member), type));
    }

    // A lambda or an async method becomes a method of a type of its own: <RunAsync>b__0 in <>c, MoveNext in <RunAsync>d__1.
    private string SourceName(TypeDefinitionHandle type, string member) =>
        new[] { member, Text(_metadata.GetTypeDefinition(type).Name) }
            .Select(name => Generated().Match(name)).Where(match => match.Success).Select(match => match.Groups[1].Value)
            .FirstOrDefault(Accessor().Replace(member, "").Replace(".ctor", "its constructor", StringComparison.Ordinal));

    private TypeName NameOf(TypeDefinitionHandle handle)
    {
        var type = Outermost(handle);
        return new TypeName(Text(type.Namespace), Text(type.Name).Split('`')[0]);
    }

    private TypeDefinition Outermost(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        return type.GetDeclaringType() is { IsNil: false } outer ? Outermost(outer) : type;
    }

    /// <summary>Not made by the compiler or a source generator, such as the embedded attributes and the code of regular expressions.</summary>
    private bool IsWritten(TypeDefinitionHandle handle)
    {
        var type = Outermost(handle);
        return !Text(type.Name).Contains('<', StringComparison.Ordinal)
            && !type.GetCustomAttributes().Select(attribute => AttributeName(_metadata.GetCustomAttribute(attribute).Constructor))
                .Any(name => name is "CompilerGeneratedAttribute" or "GeneratedCodeAttribute" or "EmbeddedAttribute");
    }

    private string AttributeName(EntityHandle constructor) => constructor.Kind switch
    {
        HandleKind.MemberReference when _metadata.GetMemberReference((MemberReferenceHandle)constructor).Parent is { Kind: HandleKind.TypeReference } type =>
            Text(_metadata.GetTypeReference((TypeReferenceHandle)type).Name),
        HandleKind.MethodDefinition => Text(Outermost(_metadata.GetMethodDefinition((MethodDefinitionHandle)constructor).GetDeclaringType()).Name),
        _ => "",
    };

    private string Text(StringHandle handle) => _metadata.GetString(handle);

    [GeneratedRegex("<([^<>]+)>")]
    private static partial Regex Generated();

    [GeneratedRegex("^(get|set|init|add|remove)_")]
    private static partial Regex Accessor();
}
