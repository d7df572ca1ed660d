using System.Text;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>Where in a value the fold stands.</summary>
internal sealed class PathStack
{
    private readonly List<ReadOnlyMemory<byte>> _names = [];

    internal bool IsRoot => _names.Count == 0;

    internal void Push(ReadOnlyMemory<byte> name) => _names.Add(name);

    internal void Pop() => _names.RemoveAt(_names.Count - 1);

    /// <summary>The path as rules are written; empty: the whole.</summary>
    internal string Text() => _names.Count == 0 ? "" : string.Join('.', _names.Select(name => TextOf(name.Span)));

    /// <summary>The path, for a message.</summary>
    internal string Quoted() => IsRoot ? "the value" : $"'{Text()}'";

    /// <summary>What has escapes keeps them: half a surrogate pair cannot be said as text, and no two names may look the same.</summary>
    private static string TextOf(ReadOnlySpan<byte> name)
    {
        var text = Encoding.UTF8.GetString(name);
        return name.Contains((byte)'\\') ? $"\"{text}\"" : RulePath.TextOf(text);
    }
}
