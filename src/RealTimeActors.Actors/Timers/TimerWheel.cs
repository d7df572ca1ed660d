using System.Numerics;

namespace RealTimeActors.Actors.Timers;

/// <summary>
/// Entries ordered by due tick: 7 levels of 64 slots, each level 64 times as coarse as the one below. Starting and cancelling cost the same
/// whether ten wait or a million.
/// </summary>
/// <remarks>An entry sits at the level of the highest digit (base 64) in which its due tick differs from now, and moves down as that digit is reached.</remarks>
internal sealed class TimerWheel
{
    internal const long TicksMax = 1L << 40;

    private const int DigitBits = 6;
    private const int SlotsPerLevel = 1 << DigitBits;
    private const int Levels = 7;

    private readonly WheelEntry?[] _slots = new WheelEntry?[Levels * SlotsPerLevel];
    private readonly ulong[] _occupied = new ulong[Levels];
    private long _now;

    /// <summary>Puts an entry in whose <see cref="WheelEntry.Due"/> lies after the last <see cref="Advance"/>.</summary>
    internal void Add(WheelEntry entry)
    {
        if (entry.Slot >= 0)
            throw new InvalidOperationException($"The timer for tick {entry.Due} is already started.");

        entry.Due = Math.Max(entry.Due, _now + 1);
        var level = (63 - BitOperations.LeadingZeroCount((ulong)(_now ^ entry.Due) | (SlotsPerLevel - 1))) / DigitBits;
        var digit = (int)(entry.Due >> (level * DigitBits)) & (SlotsPerLevel - 1);
        var slot = (level * SlotsPerLevel) + digit;
        entry.Slot = slot;
        entry.Previous = null;
        entry.Next = _slots[slot];
        if (entry.Next is not null)
            entry.Next.Previous = entry;
        _slots[slot] = entry;
        _occupied[level] |= 1UL << digit;
    }

    /// <summary>Takes an entry out; false when it is not in.</summary>
    internal bool Remove(WheelEntry entry)
    {
        if (entry.Slot < 0)
            return false;

        if (entry.Previous is not null)
            entry.Previous.Next = entry.Next;
        else
            _slots[entry.Slot] = entry.Next;
        if (entry.Next is not null)
            entry.Next.Previous = entry.Previous;
        if (_slots[entry.Slot] is null)
            _occupied[entry.Slot / SlotsPerLevel] &= ~(1UL << (entry.Slot % SlotsPerLevel));
        entry.Slot = -1;
        entry.Previous = entry.Next = null;
        return true;
    }

    /// <summary>The tick at which something has to be done: an entry falls due or moves down a level. <see cref="long.MaxValue"/> when empty.</summary>
    internal long NextTick => FindNext(out _);

    /// <summary>Moves to a tick and adds what falls due to the list, in the order (due tick, start).</summary>
    internal void Advance(long tick, List<WheelEntry> due)
    {
        while (FindNext(out var slot) is var next && next <= tick)
        {
            _now = next;
            while (_slots[slot] is { } entry)
            {
                Remove(entry);
                if (entry.Due <= next)
                    due.Add(entry);
                else
                    Add(entry);
            }
        }

        _now = Math.Max(_now, tick);
        due.Sort(static (a, b) => a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Sequence.CompareTo(b.Sequence));
    }

    private long FindNext(out int slot)
    {
        for (var level = 0; level < Levels; level++)
        {
            if (_occupied[level] == 0)
                continue;

            // Entries of a level lie after now within one turn of it, so the lowest occupied digit is the next one.
            var digit = BitOperations.TrailingZeroCount(_occupied[level]);
            slot = (level * SlotsPerLevel) + digit;
            var turn = _now >> ((level + 1) * DigitBits) << ((level + 1) * DigitBits);
            return turn + ((long)digit << (level * DigitBits));
        }

        slot = -1;
        return long.MaxValue;
    }
}
