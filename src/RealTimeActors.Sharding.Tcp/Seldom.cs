namespace RealTimeActors.Sharding.Tcp;

/// <summary>Lets something of a kind be said once in ten seconds, and counts what was left out: whoever is refused again and again does not fill the log.</summary>
internal sealed class Seldom(TimeProvider time)
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<(bool, LinkRefusal), (long At, long LeftOut)> _said = [];

    /// <summary>Whether it may be said now.</summary>
    /// <param name="isOurs">Whether this node dialed.</param>
    /// <param name="refusal">The kind.</param>
    /// <param name="leftOut">How often it was not said since.</param>
    internal bool MaySay(bool isOurs, LinkRefusal refusal, out long leftOut)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            var key = (isOurs, refusal);
            (long At, long LeftOut) known;
            if (_said.TryGetValue(key, out known) && time.GetElapsedTime(known.At, now) < _pause)
            {
                _said[key] = (known.At, known.LeftOut + 1);
                leftOut = 0;
                return false;
            }

            leftOut = known.LeftOut;
            _said[key] = (now, 0);
            return true;
        }
    }
}
