namespace RealTimeActors.Engine.Connections;

/// <summary>The numbers of an edge's words about what is followed there: to a channel, to whom it is told who is there, to a session. Where a shard moves, an earlier word may come after a later one, and is known by its number.</summary>
internal sealed class WordNumbers
{
    private long _last;

    /// <summary>Greater than each before, and than those of an actor that was started anew.</summary>
    /// <param name="nowUnixMs">Where they begin; a clock that is set back does not lower them.</param>
    internal long Next(long nowUnixMs) => _last = Math.Max(_last + 1, nowUnixMs);
}
