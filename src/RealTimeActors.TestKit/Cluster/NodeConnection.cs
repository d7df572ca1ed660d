using RealTimeActors.Actors;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.TestKit.Cluster;

/// <summary>One simulated connection between two nodes: an end for each.</summary>
internal sealed class NodeConnection
{
    private readonly NodeNetwork _network;
    private readonly End _one;
    private readonly End _other;
    private bool _isEnded;

    internal NodeConnection(NodeNetwork network, string one, IActorRef<LinkEvent> linkOfOne, string other, IActorRef<LinkEvent> linkOfOther)
    {
        _network = network;
        _one = new End(this, one, linkOfOne);
        _other = new End(this, other, linkOfOther);
    }

    internal DateTimeOffset OpenedAt { get; private set; }

    internal bool Joins(string node) => _one.Node == node || _other.Node == node;

    internal bool JoinsAny(Func<string, bool> isMeant) => isMeant(_one.Node) || isMeant(_other.Node);

    internal void Open()
    {
        OpenedAt = _network.Now;
        _one.Link.Tell(new LinkEvent.Connected(_one));
        _other.Link.Tell(new LinkEvent.Connected(_other));
    }

    internal void GoOn()
    {
        _one.GoOn();
        _other.GoOn();
    }

    internal void Cut()
    {
        if (_isEnded)
            return;

        _isEnded = true;
        _network.Remove(this);
        _one.Tell("the connection was reset");
        _other.Tell("the connection was reset");
    }

    /// <summary>One side of it.</summary>
    private sealed class End(NodeConnection connection, string node, IActorRef<LinkEvent> link) : INodeLink
    {
        private readonly Queue<byte[]> _held = new();
        private DateTimeOffset _lastArrival;
        private long _underWay;
        private bool _isClosed;

        internal string Node => node;

        internal IActorRef<LinkEvent> Link => link;

        private End Opposite => this == connection._one ? connection._other : connection._one;

        public bool Send(ReadOnlyMemory<byte> batch)
        {
            if (connection._isEnded)
                return true; // It will be told that it has ended.

            _underWay += batch.Length;
            if (_underWay > connection._network.BytesMax)
                return false;

            var bytes = batch.ToArray();
            _lastArrival = connection._network.After(_lastArrival, () => Arrive(bytes));
            return true;
        }

        /// <summary>Here the bytes that are under way are bounded, not those that nobody has looked at.</summary>
        public void Took(int bytes)
        {
        }

        public void Close(string reason)
        {
            _isClosed = true;
            connection._network.Closed.Add($"{node}: {reason}");
            if (connection._isEnded)
                return;

            connection._isEnded = true;
            connection._network.Remove(connection);
            Opposite.Tell("the other node closed the connection");
        }

        internal void GoOn()
        {
            while (_held.TryPeek(out _) && !connection._network.IsBlocked(node, Opposite.Node))
                Deliver(_held.Dequeue());
        }

        internal void Tell(string reason)
        {
            if (connection._network.IsBlocked(Opposite.Node, node))
                return; // Nothing comes through, the end neither: silence says it.

            connection._network.After(default, () =>
            {
                if (!_isClosed)
                    link.Tell(new LinkEvent.Disconnected(this, reason));
            });
        }

        private void Arrive(byte[] bytes)
        {
            if (_held.Count > 0 || connection._network.IsBlocked(node, Opposite.Node))
                _held.Enqueue(bytes);
            else
                Deliver(bytes);
        }

        private void Deliver(byte[] bytes)
        {
            _underWay -= bytes.Length;
            if (connection._isEnded || Opposite._isClosed)
                return;

            connection._network.Delivered++;
            Opposite.Link.Tell(new LinkEvent.Received(Opposite, bytes));
        }
    }
}
