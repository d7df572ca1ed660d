namespace RealTimeActors.Streams.Stages;

/// <summary>
/// While elements wait, keeps the newest of each key (or of the channel). It knows where they stand in the lanes; the lanes hold them.
/// </summary>
/// <remarks>
/// A replacement goes to the end, for a lane leaves by offset. A key that changes all the time would so never leave: one that has waited for a second is frozen, keeps its
/// place and is not replaced any more. A key has at most one that is frozen, so that it never holds more than two.
/// </remarks>
internal sealed class Conflate<T>(Conflation conflation)
{
    private const long FrozenAfterMs = 1_000;

    /// <summary>A table larger than that is given back once it is empty.</summary>
    private const int KeptMax = 128;

    private readonly Dictionary<string, ConflatedPlaces> _places = new(StringComparer.Ordinal);

    /// <summary>What the element stands for; null: for itself alone.</summary>
    internal string? ScopeOf(in Element<T> element) => conflation == Conflation.Channel ? "" : string.IsNullOrEmpty(element.Key) ? null : element.Key;

    /// <summary>What comes of an element that has come in, and which place it replaces, if it does.</summary>
    internal ConflateVerdict Judge(string scope, long offset, long nowUnixMs, LaneQueues<T> lanes, out int replaced)
    {
        replaced = Chain.None;
        if (!_places.TryGetValue(scope, out var places))
            return ConflateVerdict.Waits;

        // Lanes interleave: something newer may have come before it.
        var newest = places.Waiting != Chain.None ? places.Waiting : places.Frozen;
        if (offset < lanes[newest].Element.Offset)
            return ConflateVerdict.IsLeftOut;

        if (places.Waiting == Chain.None)
            return ConflateVerdict.Waits;

        if (places.Frozen == Chain.None && nowUnixMs - lanes[places.Waiting].SinceUnixMs >= FrozenAfterMs)
        {
            _places[scope] = new ConflatedPlaces(places.Waiting, Chain.None);
            return ConflateVerdict.Waits;
        }

        replaced = places.Waiting;
        return ConflateVerdict.Replaces;
    }

    /// <summary>The newest of the scope waits there.</summary>
    internal void Stands(string scope, int place) =>
        _places[scope] = new ConflatedPlaces(_places.TryGetValue(scope, out var places) ? places.Frozen : Chain.None, place);

    /// <summary>It waits no more.</summary>
    internal void Leaves(string scope, int place)
    {
        var places = _places[scope];
        var left = places.Frozen == place ? places with { Frozen = Chain.None } : places with { Waiting = Chain.None };
        if (left.Frozen == Chain.None && left.Waiting == Chain.None)
            Forget(scope);
        else
            _places[scope] = left;
    }

    private void Forget(string scope)
    {
        _places.Remove(scope);
        if (_places.Count == 0 && _places.Capacity > KeptMax)
            _places.TrimExcess();
    }
}
