using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>What goes where something as a whole is removed or replaced.</summary>
internal sealed partial class StateFold
{
    /// <summary>A place without what was written before <paramref name="stamp"/>, or was seen. The stamp becomes the newest of what went.</summary>
    private StateNode Prune(StateNode node, ref Stamp stamp) => Prune(node, stamp, ref stamp);

    private StateNode Prune(StateNode node, Stamp asked, ref Stamp newest)
    {
        var children = node.Children;
        if (children.Length > 0)
        {
            var left = new List<StateMember>();
            foreach (var child in children)
            {
                var rest = Prune(child.Node, asked, ref newest);
                if (!rest.IsTombstone || (rest.Floor is { } floor && !Goes(floor, asked, ref newest)))
                    left.Add(child with { Node = rest });
            }

            children = [.. left];
        }

        var leaf = node.Leaf;
        var members = node.Members is null ? null : Prune(node.Members, asked, ref newest);
        if (leaf is not null && Goes(node.Written, asked, ref newest))
            leaf = null;

        var mentioned = node.Mentioned;
        if (!children.Any(child => child.Node.IsVisible) && Goes(mentioned, asked, ref newest))
            mentioned = null;

        var isGone = leaf is null && members is null;
        return node with
        {
            Children = children,
            Leaf = leaf,
            Members = members,
            Written = isGone ? null : node.Written,
            Winner = isGone ? null : node.Winner,
            Mentioned = mentioned,
        };
    }

    /// <summary>A set without the members that were added before. Null: none is left.</summary>
    private MemberSet? Prune(MemberSet set, Stamp asked, ref Stamp newest)
    {
        var left = new List<SetMember>();
        foreach (var member in set.All)
        {
            if (!Goes(member.Stamp, asked, ref newest))
                left.Add(member);
        }

        return left.Exists(member => member.IsPresent) ? new MemberSet([.. left], set.Horizon) : null;
    }

    /// <summary>
    /// A place before a new value is set at the root: without what last-write (or reject) governs and was written before. What other rules have decided stays where the new value does not name it: no write takes
    /// away what others counted, collected, or were first with.
    /// </summary>
    /// <param name="node">The place.</param>
    /// <param name="scope">Its rule.</param>
    /// <param name="named">What the new value has here; empty: it does not name this place.</param>
    /// <param name="newest">Becomes the newest of what went.</param>
    private StateNode Clear(StateNode node, RuleScope scope, ReadOnlyMemory<byte> named, ref Stamp newest)
    {
        if (node.IsLeaf)
        {
            if (scope.Rule.IsReplacing && Goes(node.Written, _stamp, ref newest))
                node = node with { Leaf = null, Members = null, Written = null, Winner = null };
            else if (named.IsEmpty)
                _outcome.Keep(scope.Rule, _path, node.Holder);
        }

        if (node.Children.Length == 0 && node.Mentioned is null)
            return node;

        var members = new JsonMemberIndex(JsonMembers.IsObject(named.Span) ? named : default);
        var left = new List<StateMember>();
        foreach (var child in node.Children)
        {
            var at = members.Take(child.Name);
            var childScope = scope.Of(child.Name);
            _path.Push(child.Name);
            var rest = Clear(child.Node, childScope, at < 0 ? default : members.ValueAt(at), ref newest);
            _path.Pop();
            if (!rest.IsTombstone || (rest.Floor is { } floor && !(childScope.Rule.IsReplacing && Goes(floor, _stamp, ref newest))))
                left.Add(child with { Node = rest });
        }

        var mentioned = node.Mentioned;
        if (!left.Exists(child => child.Node.IsVisible))
        {
            if (Goes(mentioned, _stamp, ref newest))
                mentioned = null;
            else if (named.IsEmpty)
                _outcome.Keep(scope.Rule, _path, mentioned);
        }

        return node with { Children = [.. left], Mentioned = mentioned };
    }

    /// <summary>Whether what was written then is gone after a removal of <paramref name="asked"/>: it is older, or was seen.</summary>
    private bool Goes(Stamp? written, Stamp asked, ref Stamp newest)
    {
        var own = asked;
        if (!Beats(written, ref own))
            return false;

        if (own.CompareTo(newest) > 0)
            newest = own;

        return true;
    }
}
