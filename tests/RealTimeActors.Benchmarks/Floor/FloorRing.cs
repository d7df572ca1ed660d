namespace RealTimeActors.Benchmarks.Floor;

/// <summary>
/// The way out, bare: one channel as a ring of bytes that are already WebSocket messages. A subscription is an outlet and a byte position; what
/// it has not got yet is a slice of the ring, sent in one call.
/// </summary>
internal sealed class FloorRing(int capacity)
{
    private readonly byte[] _bytes = new byte[capacity];
    private readonly List<Subscription> _subscriptions = [];
    private long _head;

    internal long Offset { get; private set; }

    /// <summary>True while it waits for its turn in the lane.</summary>
    internal bool IsScheduled { get; set; }

    /// <summary>Copies one finished WebSocket message behind the others. Called under the lane's lock.</summary>
    internal void Append(ReadOnlySpan<byte> message)
    {
        var at = (int)(_head % capacity);
        var first = Math.Min(message.Length, capacity - at);
        message[..first].CopyTo(_bytes.AsSpan(at));
        message[first..].CopyTo(_bytes);
        _head += message.Length;
    }

    internal long NextOffset() => ++Offset;

    internal void Subscribe(IFloorOutlet outlet) => _subscriptions.Add(new Subscription(outlet) { At = _head });

    /// <summary>Sends to each subscription all it waits for; true when an outlet was full and it has to be tried again.</summary>
    internal bool Fan()
    {
        var full = false;
        for (var index = _subscriptions.Count - 1; index >= 0; index--)
        {
            var subscription = _subscriptions[index];
            while (subscription.At < _head)
            {
                // Only the limit is measured here: whoever falls out of the ring is put out.
                var at = (int)(subscription.At % capacity);
                var length = (int)Math.Min(_head - subscription.At, capacity - at);
                var sent = _head - subscription.At > capacity ? -1 : subscription.Outlet.Send(_bytes.AsMemory(at, length));
                if (sent < 0)
                {
                    subscription.Outlet.Close();
                    _subscriptions.RemoveAt(index);
                    break;
                }

                subscription.At += sent;
                full |= sent < length;
                if (sent < length) break;
            }
        }

        return full;
    }

    private sealed class Subscription(IFloorOutlet outlet)
    {
        internal IFloorOutlet Outlet { get; } = outlet;

        internal long At { get; set; }
    }
}
