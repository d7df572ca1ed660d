using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>
/// Folds one mutation into the registers of one key, place by place, by the rule of each place. The same for a mutation that is decided on and for one that is read from the log: nothing but its
/// parameters counts.
/// </summary>
/// <remarks>
/// The idea: everything that is written bears the stamp of its mutation, and what is compared are stamps. A place that was removed keeps a floor, a value that was replaced as a whole keeps one for what last-write
/// governs, so that what arrives late meets them whatever came between. Where the editor had seen what is there (its version is at or below his base), he comes after it, whatever his clock says.
/// </remarks>
internal sealed partial class StateFold
{
    private readonly string _key;
    private readonly StateEntry? _entry;
    private readonly MutationOperation _operation;
    private readonly Stamp _stamp;
    private readonly long _seen;
    private readonly bool _hasBase;
    private readonly bool _mayReplaceRejecting;
    private readonly ICustomDecisions _custom;
    private readonly PathStack _path = new();
    private readonly FoldOutcome _outcome = new();
    private Stamp _newest;

    private StateFold(string key, StateEntry? entry, MutationOperation operation, Stamp stamp, long? seen, bool hasIfVersion, ICustomDecisions custom)
    {
        _key = key;
        _entry = entry;
        _operation = operation;
        _stamp = _newest = stamp;
        _seen = seen ?? -1;
        _hasBase = seen is not null;
        _mayReplaceRejecting = hasIfVersion;
        _custom = custom;
    }

    /// <summary>Folds.</summary>
    /// <param name="key">The key.</param>
    /// <param name="entry">What is remembered of it; null: nothing.</param>
    /// <param name="operation">What to do.</param>
    /// <param name="value">With what.</param>
    /// <param name="stamp">When; its version is that which the key will have.</param>
    /// <param name="seen">The version that the editor had seen; null: not said.</param>
    /// <param name="hasIfVersion">Whether the version was a precondition, as <c>reject</c> wants.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="custom">Where custom rules say what they decide.</param>
    /// <param name="outcome">What was decided; if it has an error the entry is of no use.</param>
    /// <returns>The key after it, with the version of before where the outcome is lost.</returns>
    internal static StateEntry Run(string key, StateEntry? entry, MutationOperation operation, ReadOnlyMemory<byte> value, Stamp stamp, long? seen, bool hasIfVersion,
        ConflictRules rules, ICustomDecisions custom, out FoldOutcome outcome)
    {
        var fold = new StateFold(key, entry, operation, stamp, seen, hasIfVersion, custom);
        outcome = fold._outcome;
        return fold.Run(value, rules);
    }

    private StateEntry Run(ReadOnlyMemory<byte> value, ConflictRules rules)
    {
        var root = _entry?.Root;
        var replaced = _entry?.Replaced;
        if (_operation is MutationOperation.Delete or MutationOperation.Set && rules.HasReject && !_mayReplaceRejecting)
            FailReject("the key");

        if (_operation == MutationOperation.Delete)
        {
            root = Remove(root, rules.Root, _stamp, null, out _);
        }
        else
        {
            var isWhole = _operation == MutationOperation.Set && JsonMembers.IsObject(value.Span) && rules.Root.Rule.Kind != ConflictRuleKind.Custom;
            var raised = _stamp;
            if (isWhole && root is not null)
                root = Clear(root, rules.Root, value, ref raised);

            root = Put(root, value, rules.Root, _stamp, null, out _);
            if (isWhole)
                replaced = Stamp.Newer(replaced, raised);
        }

        root ??= StateNode.Nothing;
        var (kept, horizon) = RemovedFields.Bounded(root, _entry?.Horizon);
        var rendered = kept.Render();
        var isLost = _outcome.IsLost && (_entry is null || rendered.Span.SequenceEqual(_entry.Value.Span));
        _outcome.Result = isLost ? MutationResult.Superseded : _outcome.IsApplied ? MutationResult.Applied : MutationResult.Merged;
        return new StateEntry
        {
            Key = _key,
            Version = isLost ? _entry?.Version ?? 0 : _stamp.Version,
            Offset = _entry?.Offset ?? 0,
            Value = isLost ? _entry?.Value ?? default : rendered,
            Root = kept,
            Replaced = replaced,
            Horizon = horizon,
            Newest = Stamp.Newer(_entry?.Newest, _newest),
        };
    }

    /// <summary>Writes a value at a place.</summary>
    /// <param name="node">What is there; null: nothing is known.</param>
    /// <param name="value">What is asked for.</param>
    /// <param name="scope">The rule.</param>
    /// <param name="stamp">When.</param>
    /// <param name="above">The newest removal of a place above.</param>
    /// <param name="mentioned">When this place was taken, which takes those above it for objects; null: it was not.</param>
    private StateNode? Put(StateNode? node, ReadOnlyMemory<byte> value, RuleScope scope, Stamp stamp, Stamp? above, out Stamp? mentioned)
    {
        if (scope.Rule.Kind == ConflictRuleKind.Custom)
            return PutCustom(node, value, scope.Rule, stamp, above, out mentioned);

        if (JsonMembers.IsObject(value.Span))
            return PutObject(node, value, scope, stamp, above, out mentioned);

        return _operation == MutationOperation.Merge && !_path.IsRoot && value.Span.SequenceEqual("null"u8)
            ? Remove(node, scope, stamp, above, out mentioned)
            : PutLeaf(node, value, scope.Rule, stamp, above, out mentioned);
    }

    private StateNode? PutObject(StateNode? node, ReadOnlyMemory<byte> value, RuleScope scope, Stamp stamp, Stamp? above, out Stamp? mentioned)
    {
        mentioned = null;
        var floor = FloorOf(node, above);
        if (!Beats(floor, ref stamp))
        {
            _outcome.Keep(scope.Rule, _path, floor);
            return node;
        }

        var place = node ?? StateNode.Nothing;
        if (place.IsLeaf)
        {
            if (!GivesWay(place, scope.Rule, ref stamp))
                return node;

            mentioned = stamp;
            place = new StateNode { Floor = Stamp.Newer(place.Floor, place.Written), Children = place.Children };
        }

        List<StateMember>? children = null;
        var isEmpty = true;
        foreach (var (token, member) in new JsonMembers(value))
        {
            isEmpty = false;
            var name = JsonStrings.Canonical(token);
            _path.Push(name);
            var at = StateMember.Find((IReadOnlyList<StateMember>?)children ?? place.Children, name.Span);
            var before = at < 0 ? null : (children?[at] ?? place.Children[at]).Node;
            var after = Put(before, member, scope.Of(name.Span), stamp, floor, out var taken);
            _path.Pop();
            mentioned = Stamp.Newer(mentioned, taken);
            if (ReferenceEquals(before, after))
                continue;

            children ??= [.. place.Children];
            if (after is null)
                children.RemoveAt(at);
            else if (at >= 0)
                children[at] = new StateMember(children[at].Name, after);
            else
                children.Insert(~at, new StateMember(name.ToArray(), after));
        }

        if (isEmpty && _operation is MutationOperation.Merge or MutationOperation.Set)
        {
            // An object without members says no more than that there is one: any newer replacement of the whole says otherwise.
            if (Beats(_entry?.Replaced, ref stamp))
            {
                mentioned = stamp;
                _outcome.Won(scope.Rule, _path);
            }
            else
            {
                _outcome.Keep(scope.Rule, _path, _entry?.Replaced);
            }
        }

        if (mentioned is null && children is null)
            return ReferenceEquals(place, StateNode.Nothing) ? node : place;

        return place with { Children = children is null ? place.Children : [.. children], Mentioned = Stamp.Newer(place.Mentioned, mentioned) };
    }

    /// <summary>Takes away what is at a place and below it, under every rule, as far as it was written before.</summary>
    private StateNode? Remove(StateNode? node, RuleScope scope, Stamp stamp, Stamp? above, out Stamp? mentioned)
    {
        mentioned = null;
        if (scope.Rule.Kind == ConflictRuleKind.Reject && !_mayReplaceRejecting)
            FailReject(_path.Quoted());

        if (!Beats(FloorOf(node, above), ref stamp))
        {
            // Removed since, and perhaps written again.
            Outlived(node, scope.Rule);
            return node;
        }

        // After a newer set there is nothing older left that last-write governs; what other rules kept may well be older, and goes.
        var isLate = scope.Rule.IsReplacing && !Beats(_entry?.Replaced, ref stamp);
        if (isLate && node is null)
        {
            Outlived(node, scope.Rule);
            return null;
        }

        var rest = node is null ? StateNode.Nothing : Prune(node, ref stamp);
        if (isLate || rest.IsVisible)
        {
            Outlived(rest, scope.Rule);
        }
        else
        {
            mentioned = stamp;
            _outcome.Won(scope.Rule, _path);
        }

        return rest with { Floor = Stamp.Newer(rest.Floor, stamp) };
    }

    /// <summary>A removal that came late: what is there stays, or nothing is there and the places above are not made for its sake, as a merge patch would make them.</summary>
    private void Outlived(StateNode? node, ConflictRule rule)
    {
        if (node is { IsVisible: true })
        {
            _outcome.Keep(rule, _path, node.Holder ?? node.Mentioned);
            return;
        }

        _outcome.Rewrite();
        _outcome.Won(rule, _path);
    }

    /// <summary>The newest removal that counts for a place: its own or one above it. Of a place that is not known it may have been forgotten.</summary>
    private Stamp? FloorOf(StateNode? node, Stamp? above) => Stamp.Newer(above, node is null ? _entry?.Horizon : node.Floor);

    /// <summary>Whether this write comes after another; then <paramref name="stamp"/> is when, which is after it in any case.</summary>
    private bool Beats(Stamp? other, ref Stamp stamp)
    {
        if (other is null || stamp.CompareTo(other) >= 0)
            return true;

        if (!IsSeen(other))
            return false;

        stamp = stamp.After(other);
        if (stamp.CompareTo(_newest) > 0)
            _newest = stamp;

        return true;
    }

    private bool IsSeen(Stamp other) => other.Version <= _seen;

    private void FailReject(string what) =>
        _outcome.Fail(ErrorCode.BadRequest, $"The rule reject holds for {what}: ifVersion is expected, the version that it must have, and none came. Read it, and send it with the version that was read (over HTTP as If-Match).");
}
