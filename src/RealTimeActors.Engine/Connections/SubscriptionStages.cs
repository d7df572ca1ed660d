using RealTimeActors.Engine.Offsets;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Streams;

namespace RealTimeActors.Engine.Connections;

/// <summary>What a subscription has only because it has stages: those of its shape, and the one that is put in front of them while it conflates because it is behind.</summary>
/// <param name="pulled">What was taken from the source: everything in it is told, held, or left out.</param>
internal sealed class SubscriptionStages(OffsetSet pulled)
{
    private ShapeCounts _counted;
    private ShapeCounts _conflaterCounted;

    internal OffsetSet Pulled { get; private set; } = pulled;

    /// <summary>The stages of the shape; null: none was asked for.</summary>
    internal Shaper<HeldEvent>? Shaper { get; init; }

    /// <summary>In front of them while a subscription with overflow <c>conflate</c> is behind.</summary>
    internal Shaper<HeldEvent>? Conflater { get; private set; }

    internal Shaper<HeldEvent> First => Conflater ?? Shaper!;

    internal Shaper<HeldEvent> Last => Shaper ?? Conflater!;

    /// <summary>Whether something was left at the source for want of room.</summary>
    internal bool IsFull { get; set; }

    /// <summary>What <see cref="Replaced"/> was when the client was last told of what was left out.</summary>
    internal long ReplacedTold { get; set; }

    /// <summary>The client was told of everything that was left out up to here.</summary>
    internal long SkipsToldTo { get; set; }

    /// <summary>Events that had to give way to a newer one so far.</summary>
    internal long Replaced => (Shaper?.Counts is { } shaped ? shaped.Debounced + shaped.Conflated : 0) + (Conflater?.Counts.Conflated ?? 0);

    internal int HeldCount => (Shaper?.Count ?? 0) + (Conflater?.Count ?? 0);

    internal bool Holds(long offset) => Shaper?.HeldOffsets().Contains(offset) == true || Conflater?.HeldOffsets().Contains(offset) == true;

    internal void AddHeldTo(OffsetSet offsets)
    {
        foreach (var offset in Shaper?.HeldOffsets() ?? [])
            offsets.Add(offset);

        foreach (var offset in Conflater?.HeldOffsets() ?? [])
            offsets.Add(offset);
    }

    /// <summary>The source begins anew: what was held comes again. A rate is kept to all the same.</summary>
    internal void Restart(OffsetSet pulled)
    {
        Pulled = pulled;
        Conflater = null;
        Shaper!.GiveUp();
        IsFull = false;
        ReplacedTold = Replaced;
        SkipsToldTo = 0;
    }

    internal void BeginConflating(ShapeSettings settings)
    {
        if (Conflater is not null)
            return;

        Conflater = Shaper<HeldEvent>.Create(settings);
        _conflaterCounted = default;
    }

    internal void EndConflating()
    {
        ReplacedTold -= Conflater!.Counts.Conflated;
        Conflater = null;
    }

    /// <summary>Adds what was left out since the last time.</summary>
    internal void Count(EdgeFigures figures)
    {
        if (Shaper is not null)
            figures.LeftOut(Shaper.Counts, ref _counted);

        if (Conflater is not null)
            figures.LeftOut(Conflater.Counts, ref _conflaterCounted);
    }
}
