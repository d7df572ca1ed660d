namespace RealTimeActors.Engine.Conflicts;

/// <summary>A member of an object.</summary>
/// <param name="Name">As it stands between its quotes in canonical JSON.</param>
/// <param name="Node">What is there, or was.</param>
internal readonly record struct StateMember(byte[] Name, StateNode Node)
{
    /// <summary>Where the name stands among members in the order of their names, or the complement of where it would.</summary>
    internal static int Find(IReadOnlyList<StateMember> members, ReadOnlySpan<byte> name) => OrderedBytes.Find(members, name, static member => member.Name);
}
