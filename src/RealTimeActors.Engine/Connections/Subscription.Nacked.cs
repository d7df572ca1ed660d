using System.Collections.Immutable;
using RealTimeActors.Engine.Offsets;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>Events that the client could not process: the session delivers them again. Until then no ack means them.</summary>
internal sealed partial class Subscription
{
    /// <summary>By offset. Null: there are none.</summary>
    private SortedDictionary<long, Held>? _nacked;

    /// <summary>Whether something is nacked and not resolved.</summary>
    internal bool HasNacked => _nacked is { Count: > 0 };

    /// <summary>What the client waits for: it was nacked, or held back, and not sent again since. Should the session not know of it, it is as if the client had said so just now.</summary>
    internal ImmutableSortedDictionary<long, NackedEvent> AwaitedAgain() => _nacked is not { Count: > 0 } nacked
        ? ImmutableSortedDictionary<long, NackedEvent>.Empty
        : nacked.Where(pair => !pair.Value.IsSentAgain).ToImmutableSortedDictionary(pair => pair.Key, pair => new NackedEvent(pair.Key, NackPhase.Waiting, 1, 0, pair.Value.Reason));

    /// <summary>The client could not process it. False: it was never sent.</summary>
    internal bool Nack(long offset, string? reason)
    {
        if (!Accounted.Contains(offset))
            return false;

        (_nacked ??= [])[offset] = new Held(IsSentAgain: false, NackedEvent.Kept(reason));
        return true;
    }

    /// <summary>The same of what the client was sent before its channel went to rest: it is woken, and the channel has not answered yet.</summary>
    internal void NackAsleep(long offset, string? reason) => (_nacked ??= [])[offset] = new Held(IsSentAgain: false, NackedEvent.Kept(reason));

    /// <summary>The session has these: they come when their pauses are over, and not before. Where nothing may overtake they come in their places. What it gives up on does not come at all.</summary>
    internal void HoldBack(IReadOnlyList<NackedEvent> nacked)
    {
        foreach (var e in nacked)
        {
            var comesInPlace = Options.Order == DeliveryOrder.Offset && e.Phase != NackPhase.GivenUp;
            (_nacked ??= []).TryAdd(e.Offset, new Held(comesInPlace, e.Reason));
            if (!comesInPlace)
                AddDealtWith(new OffsetRange(e.Offset, e.Offset));
        }
    }

    /// <summary>It goes on where another subscription of the connection was.</summary>
    internal void TakeNackedOf(Subscription former)
    {
        if (former.Epoch == Epoch)
            _nacked = former._nacked;
    }

    /// <summary>It was sent again: what the client says next counts.</summary>
    internal void SentAgain(long offset)
    {
        if (_nacked is not null && _nacked.TryGetValue(offset, out var held))
            _nacked[offset] = held with { IsSentAgain = true };
    }

    /// <summary>Whether it is nacked and not resolved.</summary>
    internal bool Holds(long offset) => _nacked?.ContainsKey(offset) == true;

    /// <summary>It is over with, one way or the other.</summary>
    internal void Resolve(long offset) => _nacked?.Remove(offset);

    /// <summary>What an ack means: nothing that is nacked and was not sent again since.</summary>
    internal (long Prefix, IReadOnlyList<OffsetRange> Ahead) Meant(long prefix, IReadOnlyList<OffsetRange> ahead)
    {
        if (_nacked is not { Count: > 0 } nacked || Has(PlantedBug.NackedCountsAsAcked))
            return (prefix, ahead);

        var meant = HeldBack.From(prefix, ahead, nacked.Where(pair => !pair.Value.IsSentAgain).Select(pair => pair.Key));
        foreach (var offset in nacked.Where(pair => pair.Value.IsSentAgain && IsIn(pair.Key, meant)).Select(pair => pair.Key).ToArray())
            nacked.Remove(offset);

        return meant;
    }

    private static bool IsIn(long offset, (long Prefix, IReadOnlyList<OffsetRange> Ahead) acked) =>
        offset <= acked.Prefix || acked.Ahead.Any(range => range.From <= offset && offset <= range.To);

    /// <summary>An event that is nacked and not resolved.</summary>
    /// <param name="IsSentAgain">Whether it was sent again on this connection, or comes in its place, so that an ack may mean it.</param>
    /// <param name="Reason">What the client said.</param>
    private readonly record struct Held(bool IsSentAgain, string? Reason);
}
