using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>The fold of the checkpoints: the newest one, the head of every channel in it, and when those that are kept were made.</summary>
internal sealed class CheckpointState
{
    private readonly List<long> _times = [];

    /// <summary>The newest; null: none yet.</summary>
    internal Checkpoint? Latest { get; private set; }

    /// <summary>Where every channel stood in it.</summary>
    internal HeadTree Heads { get; } = new();

    /// <summary>The number of the oldest whose time is known.</summary>
    internal long FirstNumber { get; private set; } = 1;

    /// <summary>The times of those from <see cref="FirstNumber"/> on.</summary>
    internal IReadOnlyList<long> Times => _times;

    internal void Apply(CheckpointMade made)
    {
        if (made.Checkpoint.Number != (Latest?.Number ?? 0) + 1)
            throw new InvalidOperationException($"After checkpoint {Latest?.Number ?? 0} comes {made.Checkpoint.Number}.");

        Latest = made.Checkpoint;
        Heads.Move(made.Moved, made.Checkpoint.Number);
        _times.Add(made.Checkpoint.TimeUnixMs);
    }

    /// <summary>Older ones are not asked for any more.</summary>
    internal void Forget(long before)
    {
        var count = (int)Math.Clamp(before - FirstNumber, 0, _times.Count);
        _times.RemoveRange(0, count);
        FirstNumber += count;
    }

    /// <summary>The first checkpoint that was made at this time or later; null: none.</summary>
    internal long? FirstSince(long timeUnixMs)
    {
        var place = _times.BinarySearch(timeUnixMs);
        if (place < 0)
            place = ~place;

        // Of several of one millisecond the search finds any.
        while (place > 0 && place <= _times.Count && _times[place - 1] >= timeUnixMs)
            place--;

        return place < _times.Count ? FirstNumber + place : null;
    }

    internal void Restore(Checkpoint? latest, long firstNumber, IEnumerable<long> times)
    {
        Latest = latest;
        FirstNumber = firstNumber;
        _times.Clear();
        _times.AddRange(times);
    }
}
