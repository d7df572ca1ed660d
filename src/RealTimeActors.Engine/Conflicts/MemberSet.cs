using System.Buffers;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>A set of JSON values that remembers when each member was added or removed. Never changes.</summary>
internal sealed class MemberSet
{
    internal MemberSet(SetMember[] all, Stamp? horizon)
    {
        All = all;
        Horizon = horizon;
        Count = all.Count(member => member.IsPresent);
    }

    internal static MemberSet Empty { get; } = new([], null);

    /// <summary>Present and removed ones, in the order of their values.</summary>
    internal SetMember[] All { get; }

    /// <summary>The newest removal that is not remembered by itself any more: what is added before it and is not known is late.</summary>
    internal Stamp? Horizon { get; }

    /// <summary>Members that are present.</summary>
    internal int Count { get; }

    internal static int Find(List<SetMember> members, ReadOnlySpan<byte> value) => OrderedBytes.Find(members, value, static member => member.Value);

    /// <summary>The set with these members, the oldest removals forgotten where they are too many.</summary>
    internal static MemberSet Of(List<SetMember> members, Stamp? horizon)
    {
        var removed = members.Where(member => !member.IsPresent).Select(member => member.Stamp).ToList();
        if (removed.Count > StateBounds.RemovedMembersMax)
        {
            removed.Sort();
            var newest = removed[removed.Count / 2];
            members.RemoveAll(member => !member.IsPresent && member.Stamp.CompareTo(newest) <= 0);
            horizon = Stamp.Newer(horizon, newest);
        }

        return new MemberSet([.. members], horizon);
    }

    internal void Render(ArrayBufferWriter<byte> to)
    {
        var separator = "["u8;
        foreach (var member in All)
        {
            if (!member.IsPresent)
                continue;

            to.Write(separator);
            separator = ","u8;
            to.Write(member.Value);
        }

        to.Write(separator[0] == '[' ? "[]"u8 : "]"u8);
    }
}
