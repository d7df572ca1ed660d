using System.Collections;
using System.Diagnostics.CodeAnalysis;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine;

/// <summary>Values by channel, in the order of the names: an array while they are few, which they nearly always are, and a tree beyond that. Empty it is 40 bytes, with one
/// entry 80; a sorted dictionary is 112 and 220. Not to be changed while it is walked along.</summary>
internal sealed class ChannelTable<T> : IEnumerable<KeyValuePair<ChannelName, T>>
    where T : class
{
    private const int FewMax = 16;

    private KeyValuePair<ChannelName, T>[]? _few;
    private SortedDictionary<ChannelName, T>? _many;
    private int _count;

    internal int Count => _many?.Count ?? _count;

    internal IEnumerable<ChannelName> Keys => this.Select(pair => pair.Key);

    /// <summary>In the order of their channels.</summary>
    internal ValueList Values => new(this);

    internal T this[ChannelName channel]
    {
        set
        {
            if (_many is not null)
            {
                _many[channel] = value;
                return;
            }

            var place = Find(channel);
            if (place >= 0)
                _few![place] = new(channel, value);
            else
                Insert(~place, channel, value);
        }
    }

    /// <summary>Adds what is not there yet.</summary>
    internal void Add(ChannelName channel, T value)
    {
        if (ContainsKey(channel))
            throw new ArgumentException($"Expected {channel} not to be in the table yet.", nameof(channel));

        this[channel] = value;
    }

    internal bool ContainsKey(ChannelName channel) => _many?.ContainsKey(channel) ?? Find(channel) >= 0;

    internal bool TryGetValue(ChannelName channel, [MaybeNullWhen(false)] out T value)
    {
        value = GetValueOrDefault(channel);
        return value is not null;
    }

    internal T? GetValueOrDefault(ChannelName channel)
    {
        if (_many is not null)
            return _many.GetValueOrDefault(channel);

        var place = Find(channel);
        return place >= 0 ? _few![place].Value : null;
    }

    internal bool Remove(ChannelName channel) => Remove(channel, out _);

    internal bool Remove(ChannelName channel, [MaybeNullWhen(false)] out T value)
    {
        if (_many is not null)
            return _many.Remove(channel, out value);

        var place = Find(channel);
        if (place < 0)
        {
            value = null;
            return false;
        }

        value = _few![place].Value;
        _count--;
        Array.Copy(_few!, place + 1, _few!, place, _count - place);
        _few![_count] = default;
        return true;
    }

    internal void Clear()
    {
        _few = null;
        _many = null;
        _count = 0;
    }

    public IEnumerator<KeyValuePair<ChannelName, T>> GetEnumerator() =>
        _many?.GetEnumerator() ?? (_few ?? []).Take(_count).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The place of the channel; where it is not there, the complement of the place where it would be.</summary>
    private int Find(ChannelName channel)
    {
        var (low, high) = (0, _count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = _few![middle].Key.CompareTo(channel);
            if (order == 0)
                return middle;

            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }

    private void Insert(int place, ChannelName channel, T value)
    {
        if (_count == FewMax)
        {
            _many = [];
            foreach (var (key, few) in _few!)
                _many.Add(key, few);

            _many.Add(channel, value);
            _few = null;
            _count = 0;
            return;
        }

        if (_few is null || _count == _few.Length)
            Array.Resize(ref _few, Math.Max(1, _count * 2));

        Array.Copy(_few, place, _few, place + 1, _count - place);
        _few[place] = new(channel, value);
        _count++;
    }

    /// <summary>The values of a table; a walk along few of them allocates nothing.</summary>
    internal readonly struct ValueList(ChannelTable<T> table) : IEnumerable<T>
    {
        public Enumerator GetEnumerator() => new(table);

        IEnumerator<T> IEnumerable<T>.GetEnumerator() => GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>Walks along the values.</summary>
    internal struct Enumerator(ChannelTable<T> table) : IEnumerator<T>
    {
        private readonly bool _isMany = table._many is not null;
        private SortedDictionary<ChannelName, T>.ValueCollection.Enumerator _many = table._many is { } many ? many.Values.GetEnumerator() : default;
        private int _at = -1;

        public readonly T Current => _isMany ? _many.Current : table._few![_at].Value;

        readonly object IEnumerator.Current => Current;

        public bool MoveNext() => _isMany ? _many.MoveNext() : ++_at < table._count;

        public readonly void Reset() => throw new NotSupportedException();

        public readonly void Dispose()
        {
        }
    }
}
