using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Channels;

/// <summary>Where a subscription starts, decided by the channel that knows its own bounds. Pure.</summary>
/// <param name="Epoch">The present life of the log.</param>
/// <param name="Offset">Events after it follow.</param>
/// <param name="Head">The newest committed offset.</param>
/// <param name="Recovered">What the subscription has from before.</param>
/// <param name="Missing">With <see cref="Recovered.Gap"/>: the offsets that retention took.</param>
internal sealed record StartPosition(string Epoch, long Offset, long Head, Recovered Recovered, OffsetRange? Missing)
{
    /// <summary>Resolves <paramref name="from"/> on a log that holds <paramref name="first"/> … <paramref name="head"/>.</summary>
    internal static StartPosition Resolve(From from, string epoch, long first, long head) => from switch
    {
        From.AtEarliest => new(epoch, first - 1, head, Recovered.None, null),
        From.Last(var count) => new(epoch, Math.Max(first - 1, head - count), head, Recovered.None, null),
        From.Position position => After(position, epoch, first, head),
        _ => new(epoch, head, head, Recovered.None, null),
    };

    /// <summary>The first offset that a read wants, or null for a position that cannot be on this log. An empty epoch means: whatever the epoch.</summary>
    internal static long? OfRead(From from, string epoch, long first, long head) => from switch
    {
        From.AtEarliest => first,
        From.Last(var count) => Math.Max(first, head - count + 1),
        From.Position(var of, var offset) when of.Length == 0 || (of == epoch && offset <= head) => offset + 1,
        From.Position => null,
        _ => head + 1,
    };

    /// <summary>The same for who follows the state: where the changes do not go on from what he has, the state itself comes, as it is at the head, and they go on from there.</summary>
    internal StartPosition WithState() => Recovered == Recovered.Full ? this : this with { Offset = Head };

    // The epoch is looked at before the offset: an offset of another life means nothing here.
    private static StartPosition After(From.Position position, string epoch, long first, long head)
    {
        if (position.Epoch != epoch || position.Offset > head)
            return new(epoch, first - 1, head, Recovered.Reset, null);

        return position.Offset < first - 1
            ? new(epoch, first - 1, head, Recovered.Gap, new OffsetRange(position.Offset + 1, first - 1))
            : new(epoch, position.Offset, head, Recovered.Full, null);
    }
}
