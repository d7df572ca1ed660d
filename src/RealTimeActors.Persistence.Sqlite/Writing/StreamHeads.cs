using System.Diagnostics.CodeAnalysis;

namespace RealTimeActors.Persistence.Sqlite.Writing;

/// <summary>The ends of the streams that were written to most recently: bounded, so that a million streams cost disk and not memory.</summary>
internal sealed class StreamHeads(int headsMax)
{
    private readonly Dictionary<string, LinkedListNode<StreamHead>> _byName = [];
    private readonly LinkedList<StreamHead> _byUse = new();

    internal bool TryGet(string name, [NotNullWhen(true)] out StreamHead? head)
    {
        head = null;
        if (!_byName.TryGetValue(name, out var node))
            return false;

        head = node.Value;
        if (node != _byUse.Last)
        {
            _byUse.Remove(node);
            _byUse.AddLast(node);
        }

        return true;
    }

    internal void Add(StreamHead head)
    {
        if (_byName.Count >= headsMax)
        {
            // A head of the group being written may be forgotten too: it is read again from the transaction that has its rows.
            _byName.Remove(_byUse.First!.Value.Name);
            _byUse.RemoveFirst();
        }

        _byName.Add(head.Name, _byUse.AddLast(head));
    }

    internal void Forget(string name)
    {
        if (_byName.Remove(name, out var node))
            _byUse.Remove(node);
    }

    internal void ForgetAll()
    {
        _byName.Clear();
        _byUse.Clear();
    }
}
