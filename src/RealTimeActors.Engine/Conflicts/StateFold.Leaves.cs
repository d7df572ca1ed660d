using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>What each rule does with a value that is no object.</summary>
internal sealed partial class StateFold
{
    private bool IsWrite => _operation is MutationOperation.Merge or MutationOperation.Set;

    private StateNode? PutLeaf(StateNode? node, ReadOnlyMemory<byte> value, ConflictRule rule, Stamp stamp, Stamp? above, out Stamp? mentioned)
    {
        mentioned = null;
        if (rule.Kind == ConflictRuleKind.Reject && !_mayReplaceRejecting)
            FailReject(_path.Quoted());

        if (!IsFit(rule, value.Span))
            return node;

        var floor = FloorOf(node, above);
        if (rule.IsReplacing)
            floor = Stamp.Newer(floor, _entry?.Replaced);

        if (!Beats(floor, ref stamp))
        {
            _outcome.Keep(rule, _path, floor);
            return node;
        }

        var place = node ?? StateNode.Nothing;
        if (place.Mentioned is not null)
        {
            if (!IsWrite)
            {
                _outcome.Fail(ErrorCode.BadRequest, $"{Word} expects {Expected} at {_path.Quoted()}; an object is there.");
                return node;
            }

            // What is newer stays, and with it the object; what is older goes even so, in whatever order the two arrive.
            place = Prune(place, ref stamp);
            place = place with { Floor = Stamp.Newer(place.Floor, stamp) };
            if (place.IsVisible)
            {
                _outcome.Keep(rule, _path, place.Mentioned);
                return place;
            }
        }

        var after = rule.Kind switch
        {
            ConflictRuleKind.FirstWrite => PutFirst(place, value, rule, stamp),
            ConflictRuleKind.Max => PutGreatest(place, value, rule, stamp, 1),
            ConflictRuleKind.Min => PutGreatest(place, value, rule, stamp, -1),
            ConflictRuleKind.Sum => PutSum(place, value, rule, stamp),
            ConflictRuleKind.Union => PutMembers(place, value, rule, stamp),
            ConflictRuleKind.Append => PutItems(place, value, rule, stamp),
            _ => PutLast(place, value, rule, ref stamp),
        };

        if (after is null)
            return ReferenceEquals(place, StateNode.Nothing) ? node : place;

        mentioned = stamp;
        return after;
    }

    private StateNode? PutLast(StateNode place, ReadOnlyMemory<byte> value, ConflictRule rule, ref Stamp stamp)
    {
        if (!IsWrite)
            return Calculate(place, value, rule, stamp);

        if (!Beats(place.Written, ref stamp))
            return Keep(place, rule);

        _outcome.Won(rule, _path);
        return LeafOf(place, value.ToArray(), stamp);
    }

    private StateNode? PutFirst(StateNode place, ReadOnlyMemory<byte> value, ConflictRule rule, Stamp stamp)
    {
        if (place.IsLeaf && !(IsWrite && IsEarlier(place, stamp)))
            return Keep(place, rule);

        if (_operation == MutationOperation.Remove)
        {
            _outcome.Won(rule, _path);
            return null;
        }

        _outcome.Won(rule, _path);
        return new StateNode { Floor = place.Floor, Leaf = value.ToArray(), Written = stamp };
    }

    private StateNode? PutGreatest(StateNode place, ReadOnlyMemory<byte> value, ConflictRule rule, Stamp stamp, int sign)
    {
        var token = value;
        if (_operation == MutationOperation.Increment)
        {
            if (!TryAdd(place, value.Span, isLenient: false, out var sum))
                return null;

            token = sum.ToToken();
        }

        if (!JsonNumber.TryParse(token.Span, out var number) || !JsonNumber.TryParse(place.Render().Span, out var present))
        {
            _outcome.Won(rule, _path);
            return LeafOf(place, Stored(value, token), stamp);
        }

        var order = number.CompareTo(present) * sign;
        if (order < 0)
            return Keep(place, rule);

        // Of two ways to write the same number the one counts that comes first in order, whichever arrived first.
        if (order == 0 && place.Leaf.AsSpan().SequenceCompareTo(token.Span) < 0)
            token = place.Leaf;

        _outcome.Won(rule, _path);
        var after = LeafOf(place, Stored(value, token), stamp);
        var winner = order == 0 && place.Holder is { } before && before.CompareTo(stamp) < 0 ? before : stamp;
        return winner == after.Written ? after : after with { Winner = winner };
    }

    private StateNode? PutSum(StateNode place, ReadOnlyMemory<byte> value, ConflictRule rule, Stamp stamp)
    {
        if (!TryAdd(place, value.Span, isLenient: true, out var sum))
            return null;

        if (place.IsLeaf && IsWrite)
            _outcome.Combined(rule, _path);
        else
            _outcome.Won(rule, _path);

        return LeafOf(place, Stored(value, sum.ToToken()), stamp);
    }

    private StateNode? PutItems(StateNode place, ReadOnlyMemory<byte> value, ConflictRule rule, Stamp stamp)
    {
        var items = ItemsOf(place);
        if (_operation == MutationOperation.Remove)
        {
            if (items is null)
            {
                _outcome.Won(rule, _path);
                return null;
            }

            var removed = CanonicalItems(value);
            items.RemoveAll(item => removed.Contains(CanonicalJson.Of(item)));
        }
        else
        {
            items ??= [];
            foreach (var item in new JsonItems(value))
                items.Add(item);
        }

        if (place.IsLeaf && IsWrite)
            _outcome.Combined(rule, _path);
        else
            _outcome.Won(rule, _path);

        return LeafOf(place, Stored(value, ArrayOf(items)), stamp);
    }

    /// <summary>increment, add and remove where last-write (or reject) governs: reckoned with what is there when they arrive, so that they never lose.</summary>
    private StateNode? Calculate(StateNode place, ReadOnlyMemory<byte> value, ConflictRule rule, Stamp stamp)
    {
        if (_operation == MutationOperation.Increment)
        {
            if (!TryAdd(place, value.Span, isLenient: false, out var sum))
                return null;

            _outcome.Won(rule, _path);
            return LeafOf(place, Stored(value, sum.ToToken()), stamp);
        }

        var items = ItemsOf(place);
        if (items is null && place.IsLeaf)
        {
            FailPresent(place);
            return null;
        }

        _outcome.Won(rule, _path);
        if (items is null && _operation == MutationOperation.Remove)
            return null;

        items ??= [];
        var present = new SortedSet<byte[]>(items.Select(item => CanonicalJson.Of(item)), ByteOrder.Instance);
        if (_operation == MutationOperation.Add)
        {
            foreach (var item in new JsonItems(value))
            {
                if (present.Add(CanonicalJson.Of(item)))
                    items.Add(item);
            }
        }
        else
        {
            var removed = CanonicalItems(value);
            items.RemoveAll(item => removed.Contains(CanonicalJson.Of(item)));
        }

        return LeafOf(place, Stored(value, ArrayOf(items)), stamp);
    }

    private static SortedSet<byte[]> CanonicalItems(ReadOnlyMemory<byte> array)
    {
        var items = new SortedSet<byte[]>(ByteOrder.Instance);
        foreach (var item in new JsonItems(array))
            items.Add(CanonicalJson.Of(item));

        return items;
    }

    private static List<ReadOnlyMemory<byte>>? ItemsOf(StateNode place)
    {
        var value = place.Render();
        if (!JsonItems.IsArray(value.Span))
            return null;

        var items = new List<ReadOnlyMemory<byte>>();
        foreach (var item in new JsonItems(value))
            items.Add(item);

        return items;
    }

    private static byte[] ArrayOf(List<ReadOnlyMemory<byte>> items)
    {
        var length = 2 + Math.Max(items.Count - 1, 0) + items.Sum(item => item.Length);
        var array = new byte[length];
        var at = 0;
        array[at++] = (byte)'[';
        foreach (var item in items)
        {
            if (at > 1)
                array[at++] = (byte)',';

            item.Span.CopyTo(array.AsSpan(at));
            at += item.Length;
        }

        array[at] = (byte)']';
        return array;
    }

    private static StateNode LeafOf(StateNode place, byte[] leaf, Stamp stamp) =>
        new() { Floor = place.Floor, Leaf = leaf, Written = Stamp.Newer(place.Written, stamp) };

    private StateNode? Keep(StateNode place, ConflictRule rule)
    {
        _outcome.Keep(rule, _path, place.Holder);
        return null;
    }
}
