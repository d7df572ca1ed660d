using RealTimeActors.Persistence.EventSourcing;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>How a state is stored in snapshots. A format, once written, stays readable: a change gets a new number beside the old.</summary>
/// <remarks>
/// Version 1: version byte, version floor, number of keys; per key, in ordinal order: key, version, offset, newest stamp, replaced, horizon, root. A place: flags, then what they name, in their order: leaf, set (horizon;
/// per member value, presence, stamp), written, floor, mentioned, members (name, place). A stamp: 0 for none, or its number within the key, counted from 1; a number that comes for the first time is followed
/// by clock, counter, user, session, mutation id, version. Values are not stored: they are what the places say.
/// Version 2: as version 1, and behind written the winner of a place, where there is one.
/// </remarks>
internal static class StateFormat
{
    private const byte FormatVersion = 2;
    private const byte FormatVersionWithoutWinners = 1;

    [Flags]
    private enum Has : byte
    {
        None = 0,
        Leaf = 1,
        Members = 2,
        Written = 4,
        Floor = 8,
        Mentioned = 16,
        Children = 32,
        Winner = 64,
    }

    internal static void Write(PayloadWriter to, long versionFloor, int count, IEnumerable<StateEntry> entries)
    {
        to.Byte(FormatVersion);
        to.Varint(versionFloor);
        to.Varint(count);
        foreach (var entry in entries)
        {
            var stamps = new Dictionary<Stamp, int>();
            to.Text(entry.Key);
            to.Varint(entry.Version);
            to.Varint(entry.Offset);
            Write(to, entry.Newest, stamps);
            Write(to, entry.Replaced, stamps);
            Write(to, entry.Horizon, stamps);
            Write(to, entry.Root, stamps);
        }
    }

    internal static List<StateEntry> Read(ref PayloadReader from, out long versionFloor)
    {
        var version = from.Byte();
        if (version is not (FormatVersion or FormatVersionWithoutWinners))
            throw new InvalidDataException($"A state of format {FormatVersionWithoutWinners} or {FormatVersion} is expected; one of format {version} came. A later version of the server has written it: use that one.");

        versionFloor = from.Varint();
        var count = from.Varint();
        var entries = new List<StateEntry>();
        for (var i = 0L; i < count; i++)
        {
            var stamps = new List<Stamp>();
            var (key, keyVersion, offset) = (from.Text() ?? "", from.Varint(), from.Varint());
            var (newest, replaced, horizon) = (ReadStamp(ref from, stamps), ReadStamp(ref from, stamps), ReadStamp(ref from, stamps));
            var root = ReadNode(ref from, stamps);
            entries.Add(new StateEntry
            {
                Key = key,
                Version = keyVersion,
                Offset = offset,
                Value = root.Render(),
                Root = root,
                Replaced = replaced,
                Horizon = horizon,
                Newest = newest,
            });
        }

        return entries;
    }

    private static void Write(PayloadWriter to, StateNode node, Dictionary<Stamp, int> stamps)
    {
        var has = (node.Leaf is null ? Has.None : Has.Leaf) | (node.Members is null ? Has.None : Has.Members) | (node.Written is null ? Has.None : Has.Written)
            | (node.Floor is null ? Has.None : Has.Floor) | (node.Mentioned is null ? Has.None : Has.Mentioned) | (node.Children.Length == 0 ? Has.None : Has.Children)
            | (node.Winner is null ? Has.None : Has.Winner);
        to.Byte((byte)has);
        if (node.Leaf is not null)
            to.Bytes(node.Leaf);

        if (node.Members is not null)
        {
            Write(to, node.Members.Horizon, stamps);
            to.Varint(node.Members.All.Length);
            foreach (var member in node.Members.All)
            {
                to.Bytes(member.Value);
                to.Byte(member.IsPresent ? (byte)1 : (byte)0);
                Write(to, member.Stamp, stamps);
            }
        }

        if (node.Written is not null)
            Write(to, node.Written, stamps);

        if (node.Winner is not null)
            Write(to, node.Winner, stamps);

        if (node.Floor is not null)
            Write(to, node.Floor, stamps);

        if (node.Mentioned is not null)
            Write(to, node.Mentioned, stamps);

        if (node.Children.Length == 0)
            return;

        to.Varint(node.Children.Length);
        foreach (var (name, child) in node.Children)
        {
            to.Bytes(name);
            Write(to, child, stamps);
        }
    }

    private static StateNode ReadNode(ref PayloadReader from, List<Stamp> stamps)
    {
        var has = (Has)from.Byte();
        var leaf = has.HasFlag(Has.Leaf) ? from.Bytes().ToArray() : null;
        var members = has.HasFlag(Has.Members) ? ReadMembers(ref from, stamps) : null;
        var written = has.HasFlag(Has.Written) ? ReadStamp(ref from, stamps) : null;
        var winner = has.HasFlag(Has.Winner) ? ReadStamp(ref from, stamps) : null;
        var floor = has.HasFlag(Has.Floor) ? ReadStamp(ref from, stamps) : null;
        var mentioned = has.HasFlag(Has.Mentioned) ? ReadStamp(ref from, stamps) : null;
        var children = new List<StateMember>();
        if (has.HasFlag(Has.Children))
        {
            for (var left = from.Varint(); left > 0; left--)
                children.Add(new StateMember(from.Bytes().ToArray(), ReadNode(ref from, stamps)));
        }

        return new StateNode { Leaf = leaf, Members = members, Written = written, Winner = winner, Floor = floor, Mentioned = mentioned, Children = [.. children] };
    }

    private static MemberSet ReadMembers(ref PayloadReader from, List<Stamp> stamps)
    {
        var horizon = ReadStamp(ref from, stamps);
        var members = new List<SetMember>();
        for (var left = from.Varint(); left > 0; left--)
        {
            var (value, isPresent) = (from.Bytes().ToArray(), from.Byte() == 1);
            members.Add(new SetMember(value, ReadStamp(ref from, stamps) ?? throw new InvalidDataException("A member of a stored set has no stamp."), isPresent));
        }

        return new MemberSet([.. members], horizon);
    }

    private static void Write(PayloadWriter to, Stamp? stamp, Dictionary<Stamp, int> stamps)
    {
        if (stamp is null)
        {
            to.Varint(0);
            return;
        }

        var isKnown = stamps.TryGetValue(stamp, out var number);
        to.Varint(isKnown ? number : stamps.Count + 1);
        if (isKnown)
            return;

        stamps.Add(stamp, stamps.Count + 1);
        to.Varint(stamp.TimeUnixMs);
        to.Varint(stamp.Counter);
        to.Text(stamp.User);
        to.Text(stamp.Session);
        to.Text(stamp.MutationId);
        to.Varint(stamp.Version);
    }

    private static Stamp? ReadStamp(ref PayloadReader from, List<Stamp> stamps)
    {
        var number = from.Varint();
        if (number == 0)
            return null;

        if (number <= stamps.Count)
            return stamps[(int)number - 1];

        if (number != stamps.Count + 1)
            throw new InvalidDataException($"A stored state names stamp {number} of a key where {stamps.Count} are known.");

        var stamp = new Stamp(from.Varint(), from.Varint(), from.Text() ?? "", from.Text() ?? "", from.Text() ?? "", from.Varint());
        stamps.Add(stamp);
        return stamp;
    }
}
