using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace RealTimeActors.Architecture.Tests;

/// <summary>What an assembly refers to outside itself, read from its metadata: nothing that it calls is missing there.</summary>
internal static class MemberReferences
{
    /// <summary>Every type and member of another assembly, as <c>Namespace.Type</c> and <c>Namespace.Type.Member</c>.</summary>
    internal static IReadOnlySet<string> Of(string assemblyPath)
    {
        using var image = new PEReader(File.OpenRead(assemblyPath));
        var metadata = image.GetMetadataReader();
        var found = new HashSet<string>(StringComparer.Ordinal);

        foreach (var handle in metadata.TypeReferences)
            found.Add(NameOf(metadata, handle));

        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (member.Parent.Kind == HandleKind.TypeReference)
                found.Add($"{NameOf(metadata, (TypeReferenceHandle)member.Parent)}.{metadata.GetString(member.Name)}");
        }

        return found;
    }

    private static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        var name = metadata.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{NameOf(metadata, (TypeReferenceHandle)type.ResolutionScope)}+{name}"
            : $"{metadata.GetString(type.Namespace)}.{name}";
    }
}
