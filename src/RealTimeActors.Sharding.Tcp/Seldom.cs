namespace RealTimeActors.Sharding.Tcp;

/// <summary>Lets something of a kind be said once in ten seconds, of each node that this one dials, and of all who call together; and counts what was left out: whoever is refused again and again does not fill the log.</summary>
internal sealed class Seldom(TimeProvider time)
{
    private const int SaidMax = 1_024;
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string?, LinkRefusal), (long At, long LeftOut)> _said = [];

    /// <summary>Whether it may be said now.</summary>
    /// <param name="dialed">Which node this one dialed; null: somebody called, and who that is is not proven.</param>
    /// <param name="refusal">The kind.</param>
    /// <param name="leftOut">How often it was not said since.</param>
    internal bool MaySay(string? dialed, LinkRefusal refusal, out long leftOut)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            var key = (dialed, refusal);
            (long At, long LeftOut) known;
            if (_said.TryGetValue(key, out known) && time.GetElapsedTime(known.At, now) < _pause)
            {
                _said[key] = (known.At, known.LeftOut + 1);
                leftOut = 0;
                return false;
            }

            // Each life of a node is another one: what is long past is not kept for all of them.
            if (_said.Count >= SaidMax)
                _said.Clear();

            leftOut = known.LeftOut;
            _said[key] = (now, 0);
            return true;
        }
    }
}
