using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>Sets, member by member; and what a custom rule decides.</summary>
internal sealed partial class StateFold
{
    private StateNode? PutMembers(StateNode place, ReadOnlyMemory<byte> value, ConflictRule rule, Stamp stamp)
    {
        var set = SetOf(place);
        var members = new List<SetMember>(set.All);
        var (won, kept) = (0, 0);
        foreach (var item in CanonicalItems(value))
        {
            var isWon = _operation == MutationOperation.Remove
                ? TakeOut(members, item, set.Horizon, stamp)
                : PutIn(members, item, set.Horizon, stamp);
            (won, kept) = isWon ? (won + 1, kept) : (won, kept + 1);
        }

        var after = MemberSet.Of(members, set.Horizon);
        _outcome.CountMembers(after.Count);
        if (kept > 0 && won == 0)
            _outcome.Keep(rule, _path, place.Written);
        else if (kept > 0 || (IsWrite && set.Count > 0))
            _outcome.Combined(rule, _path);
        else
            _outcome.Won(rule, _path);

        var node = new StateNode { Floor = place.Floor, Members = after, Written = Stamp.Newer(place.Written, stamp) };
        if (IsWrite)
            Stored(value, node.Render());

        return node;
    }

    /// <summary>Adds a member. False: it was removed since, and this write had not seen that it was.</summary>
    private bool PutIn(List<SetMember> members, byte[] item, Stamp? horizon, Stamp stamp)
    {
        var at = MemberSet.Find(members, item);
        if (at < 0)
        {
            if (!Beats(horizon, ref stamp))
                return false;

            members.Insert(~at, new SetMember(item, stamp, IsPresent: true));
            return true;
        }

        var present = members[at];
        if (present.IsPresent)
        {
            members[at] = present with { Stamp = Stamp.Newer(present.Stamp, stamp)! };
            return true;
        }

        // At the same time one adds and another removes: it is there. Who names his base and has not seen the removal was at it at the same time.
        if (_hasBase && !IsSeen(present.Stamp))
            stamp = Stamp.Newer(stamp, stamp.After(present.Stamp))!;
        else if (!Beats(present.Stamp, ref stamp))
            return false;

        members[at] = new SetMember(present.Value, stamp, IsPresent: true);
        return true;
    }

    /// <summary>Removes a member. False: it was added since, or by somebody whom this editor had not seen.</summary>
    private bool TakeOut(List<SetMember> members, byte[] item, Stamp? horizon, Stamp stamp)
    {
        var at = MemberSet.Find(members, item);
        if (at < 0)
        {
            // The one who adds it may have been earlier and arrive later. Who names his base removes only what he saw.
            if (!_hasBase && Beats(horizon, ref stamp))
                members.Insert(~at, new SetMember(item, stamp, IsPresent: false));

            return true;
        }

        var present = members[at];
        if (!present.IsPresent)
        {
            members[at] = present with { Stamp = Stamp.Newer(present.Stamp, stamp)! };
            return true;
        }

        var isObserved = _hasBase ? IsSeen(present.Stamp) : stamp.CompareTo(present.Stamp) > 0;
        if (!isObserved)
            return false;

        Beats(present.Stamp, ref stamp);
        members[at] = new SetMember(present.Value, stamp, IsPresent: false);
        return true;
    }

    /// <summary>The set that is there; an array that came under another rule becomes one.</summary>
    private static MemberSet SetOf(StateNode place)
    {
        if (place.Members is not null)
            return place.Members;

        if (place.Written is null || !JsonItems.IsArray(place.Leaf))
            return MemberSet.Empty;

        return new MemberSet([.. CanonicalItems(place.Leaf).Select(item => new SetMember(item, place.Written, IsPresent: true))], null);
    }

    /// <summary>A custom rule decides about the whole of its place, objects included.</summary>
    private StateNode? PutCustom(StateNode? node, ReadOnlyMemory<byte> value, ConflictRule rule, Stamp stamp, Stamp? above, out Stamp? mentioned)
    {
        mentioned = null;
        var floor = FloorOf(node, above);
        if (!Beats(floor, ref stamp))
        {
            _outcome.Keep(rule, _path, floor);
            return node;
        }

        var present = node?.Render() ?? default;
        var written = node?.Written ?? node?.Mentioned;
        var input = new MergeInput
        {
            Key = _key,
            Path = _path.Text(),
            Operation = _operation,
            Present = present,
            Proposed = value,
            PresentTimeUnixMs = written?.TimeUnixMs ?? 0,
            PresentUser = written?.Whose,
            TimeUnixMs = stamp.TimeUnixMs,
            User = stamp.Whose,
            IsSeen = written is not null && IsSeen(written),
        };
        if (_custom.Decide(rule.Custom!, input, out var error) is not { } decided)
        {
            _outcome.Fail(ErrorCode.Internal, error!);
            return node;
        }

        if (decided.Span.SequenceEqual(value.Span))
        {
            // As a merge patch an object would be laid over what is there, and null would remove it; here each stands as it is.
            if (JsonMembers.IsObject(decided.Span) || decided.Span.SequenceEqual("null"u8))
                _outcome.Rewrite();

            _outcome.Won(rule, _path);
        }
        else if (decided.Span.SequenceEqual(present.Span))
        {
            _outcome.Keep(rule, _path, written);
            return node;
        }
        else
        {
            _outcome.Combined(rule, _path);
        }

        if (decided.IsEmpty)
            return new StateNode { Floor = node?.Floor };

        mentioned = stamp;
        return new StateNode { Floor = node?.Floor, Leaf = decided.ToArray(), Written = Stamp.Newer(node?.Written, stamp) };
    }
}
