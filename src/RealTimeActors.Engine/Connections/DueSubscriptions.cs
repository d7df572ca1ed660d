using System.Diagnostics.CodeAnalysis;

namespace RealTimeActors.Engine.Connections;

/// <summary>Subscriptions whose stages will let something out at a certain time, the earliest first: one timer of the edge serves all of them.</summary>
/// <remarks>A heap in which every subscription stands once at most and knows where: so it is never larger than there are subscriptions, and taking one out costs as little as putting it in.</remarks>
internal sealed class DueSubscriptions
{
    private readonly List<(long DueUnixMs, Subscription Subscription)> _heap = [];

    internal int Count => _heap.Count;

    /// <summary>When the first is due; null: none is.</summary>
    internal long? EarliestUnixMs => _heap.Count == 0 ? null : _heap[0].DueUnixMs;

    /// <summary>Says anew when a subscription is due; null: it waits for nothing.</summary>
    internal void Set(Subscription subscription, long? dueUnixMs)
    {
        var place = subscription.DuePlace;
        if (dueUnixMs is not { } due)
        {
            if (place >= 0)
                RemoveAt(place);

            return;
        }

        if (place < 0)
        {
            place = _heap.Count;
            _heap.Add(default);
        }

        Put(place, (due, subscription));
        Settle(place);
    }

    /// <summary>Takes the first out, if its time has come.</summary>
    internal bool TryTake(long nowUnixMs, [NotNullWhen(true)] out Subscription? subscription)
    {
        subscription = null;
        if (_heap.Count == 0 || _heap[0].DueUnixMs > nowUnixMs)
            return false;

        subscription = _heap[0].Subscription;
        RemoveAt(0);
        return true;
    }

    private void RemoveAt(int place)
    {
        _heap[place].Subscription.DuePlace = -1;
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (place == _heap.Count)
            return;

        Put(place, last);
        Settle(place);
    }

    private void Settle(int place)
    {
        while (place > 0 && _heap[place].DueUnixMs < _heap[(place - 1) / 2].DueUnixMs)
            place = Swap(place, (place - 1) / 2);

        while (true)
        {
            var least = place;
            for (var child = (2 * place) + 1; child <= (2 * place) + 2 && child < _heap.Count; child++)
            {
                if (_heap[child].DueUnixMs < _heap[least].DueUnixMs)
                    least = child;
            }

            if (least == place)
                return;

            place = Swap(place, least);
        }
    }

    private int Swap(int place, int with)
    {
        var one = _heap[place];
        Put(place, _heap[with]);
        Put(with, one);
        return with;
    }

    private void Put(int place, (long DueUnixMs, Subscription Subscription) entry)
    {
        _heap[place] = entry;
        entry.Subscription.DuePlace = place;
    }
}
