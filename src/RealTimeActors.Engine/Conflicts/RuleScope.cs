namespace RealTimeActors.Engine.Conflicts;

/// <summary>The rule that counts at one place of a value, and the way to the places below it.</summary>
/// <remarks>With few rules most places have none of their own: then the scope of a place is its parent's, and nothing is allocated.</remarks>
internal sealed class RuleScope
{
    private static readonly Node[] _none = [];

    /// <summary>The rules whose paths lead through here, the most specific first.</summary>
    private readonly Node[] _through;
    private readonly RuleScope _beyond;

    private RuleScope(ConflictRule rule, Node[] through)
    {
        Rule = rule;
        _through = through;
        _beyond = through.Length == 0 ? this : new RuleScope(rule, _none);
    }

    /// <summary>The rule here.</summary>
    internal ConflictRule Rule { get; }

    /// <summary>Whether every place below has the same rule.</summary>
    internal bool IsUniform => _through.Length == 0;

    internal static RuleScope Of(ConflictRule @default, IReadOnlyList<(RulePath Path, ConflictRule Rule)> fields)
    {
        if (fields.Count == 0)
            return new RuleScope(@default, _none);

        var root = new Node([]);
        foreach (var (path, rule) in fields)
        {
            var node = root;
            foreach (var name in path.Names)
                node = node.GetOrAdd(name);

            node.Rule = rule;
        }

        return new RuleScope(@default, [root]);
    }

    /// <summary>The rule at the first <paramref name="length"/> segments of a path, where a star is met by stars only.</summary>
    internal static ConflictRule RuleOf(ConflictRule @default, List<(RulePath Path, ConflictRule Rule)> fields, IReadOnlyList<string?> segments, int length)
    {
        if (length == 0)
            return @default;

        var best = -1;
        for (var i = 0; i < fields.Count; i++)
        {
            var names = fields[i].Path.Segments;
            if (names.Count == length && Meets(names, segments) && (best < 0 || IsMoreSpecific(names, fields[best].Path.Segments)))
                best = i;
        }

        return best < 0 ? RuleOf(@default, fields, segments, length - 1) : fields[best].Rule;
    }

    /// <summary>The scope of a member.</summary>
    /// <param name="name">As it stands in canonical JSON, without quotes.</param>
    internal RuleScope Of(ReadOnlySpan<byte> name)
    {
        if (_through.Length == 0)
            return this;

        List<Node>? next = null;
        foreach (var node in _through)
            node.Collect(name, ref next);

        if (next is null)
            return _beyond;

        var rule = Rule;
        foreach (var node in next)
        {
            if (node.Rule is { } own)
            {
                rule = own;
                break;
            }
        }

        return new RuleScope(rule, next.Exists(node => node.HasMore) ? [.. next.Where(node => node.HasMore)] : _none);
    }

    private static bool Meets(IReadOnlyList<string?> names, IReadOnlyList<string?> segments)
    {
        for (var i = 0; i < names.Count; i++)
            if (names[i] is not null && names[i] != segments[i])
                return false;

        return true;
    }

    private static bool IsMoreSpecific(IReadOnlyList<string?> names, IReadOnlyList<string?> than)
    {
        for (var i = 0; i < names.Count; i++)
            if ((names[i] is null) != (than[i] is null))
                return names[i] is not null;

        return false;
    }

    /// <summary>One segment of the paths, all of them together a tree.</summary>
    private sealed class Node(byte[] name)
    {
        private readonly List<Node> _named = [];
        private Node? _any;

        internal ConflictRule? Rule { get; set; }

        internal bool HasMore => _named.Count > 0 || _any is not null;

        internal Node GetOrAdd(byte[]? next)
        {
            if (next is null)
                return _any ??= new Node([]);

            var at = Find(next);
            if (at >= 0)
                return _named[at];

            var node = new Node(next);
            _named.Insert(~at, node);
            return node;
        }

        internal void Collect(ReadOnlySpan<byte> next, ref List<Node>? found)
        {
            var at = Find(next);
            if (at >= 0)
                (found ??= []).Add(_named[at]);

            if (_any is not null)
                (found ??= []).Add(_any);
        }

        private int Find(ReadOnlySpan<byte> next) => OrderedBytes.Find(_named, next, static node => node.Name);

        private byte[] Name { get; } = name;
    }
}
