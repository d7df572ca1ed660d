namespace RealTimeActors.Sharding.Cluster;

/// <summary>A link that was up and is not any more, and what the table of nodes has told since of the node at its other end: whether that one is alive all the same. Pure.</summary>
/// <param name="Since">When it was lost, by this node's monotonic clock.</param>
internal sealed record LostLink(long Since)
{
    private TimeSpan? _first;
    private TimeSpan _last;

    /// <summary>From the first to the last sign of life that the node has given since: so long it has certainly been alive and out of reach. Who stands still, or is gone, gives none.</summary>
    internal TimeSpan ApartFor => _first is { } first ? _last - first : TimeSpan.Zero;

    /// <summary>The node's newest sign of life.</summary>
    /// <param name="after">How long after the loss it was given; below zero: before it.</param>
    internal void OnSignOfLife(TimeSpan after)
    {
        if (after <= TimeSpan.Zero)
            return;

        _first ??= after;
        if (after > _last)
            _last = after;
    }
}
