using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Patterns;

/// <summary>Which of many patterns mean a channel? A tree of segments: a look costs the depth of the name, not the number of patterns.</summary>
internal sealed class PatternIndex<T>
    where T : class
{
    private readonly Node _root = new();

    /// <summary>Whether there is no pattern at all.</summary>
    internal bool IsEmpty => _root.IsEmpty;

    internal void Add(ChannelPattern pattern, T value)
    {
        var node = _root;
        foreach (var step in Steps(pattern))
            node = node.Child(step);

        node.Values.Add(value);
    }

    internal void Remove(ChannelPattern pattern, T value)
    {
        var path = new Stack<(Node Parent, string Step)>();
        var node = _root;
        foreach (var step in Steps(pattern))
        {
            path.Push((node, step));
            if (node.Find(step) is not { } child)
                return;

            node = child;
        }

        node.Values.Remove(value);
        while (path.TryPop(out var last) && last.Parent.Find(last.Step)!.IsEmpty)
            last.Parent.Remove(last.Step);
    }

    /// <summary>Adds what belongs to the patterns that mean the channel; a value that was added for several of them comes as often.</summary>
    internal void Find(ChannelName channel, List<T> found) => Find(_root, channel.Value, isStart: true, found);

    private static void Find(Node node, ReadOnlySpan<char> rest, bool isStart, List<T> found)
    {
        // A step is a segment with the separator before it, which must be the pattern's own.
        var from = isStart ? 0 : 1;
        var end = rest[from..].IndexOfAny('.', ':');
        end = end < 0 ? rest.Length : from + end;
        Into(node.Find(rest[..end]), rest[end..], found);
        if (isStart && rest[0] == '$')
            return;

        Into(node.Find(isStart ? "*" : rest[0] == '.' ? ".*" : ":*"), rest[end..], found);
        Into(node.Find(isStart ? ">" : rest[0] == '.' ? ".>" : ":>"), default, found);
    }

    private static void Into(Node? child, ReadOnlySpan<char> rest, List<T> found)
    {
        if (child is null)
            return;

        if (rest.IsEmpty)
            found.AddRange(child.Values);
        else
            Find(child, rest, isStart: false, found);
    }

    private static IEnumerable<string> Steps(ChannelPattern pattern)
    {
        var text = pattern.Text;
        for (var from = 0; from < text.Length;)
        {
            var next = text.AsSpan(Math.Min(from + 1, text.Length)).IndexOfAny('.', ':');
            var end = next < 0 ? text.Length : from + 1 + next;
            yield return text[from..end];
            from = end;
        }
    }

    private sealed class Node
    {
        private Dictionary<string, Node>? _children;

        internal List<T> Values { get; } = [];

        internal bool IsEmpty => Values.Count == 0 && _children is null or { Count: 0 };

        internal Node? Find(ReadOnlySpan<char> step) =>
            _children is not null && _children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(step, out var child) ? child : null;

        internal Node Child(string step)
        {
            _children ??= new Dictionary<string, Node>(StringComparer.Ordinal);
            if (!_children.TryGetValue(step, out var child))
                _children.Add(step, child = new Node());

            return child;
        }

        internal void Remove(string step) => _children!.Remove(step);
    }
}
