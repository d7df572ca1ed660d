namespace RealTimeActors.Simulation.Checkers;

/// <summary>Which epoch names which life of a durable log. One that outlives its life would let clients resume in another's offsets.</summary>
internal sealed class EpochBook(Observations seen)
{
    private readonly Dictionary<(string Channel, string Epoch), int> _lives = [];

    /// <summary>The server has named this epoch as the present one.</summary>
    public void See(string channel, string epoch)
    {
        if (!seen.ChannelOf(channel).IsDurable)
            return;

        if (!_lives.TryGetValue((channel, epoch), out var life))
            _lives.Add((channel, epoch), life = seen.Truth.Life);

        if (life != seen.Truth.Life)
            seen.Violate(new Violation(nameof(Order), $"The log of {channel} was restored from a backup and still calls itself {epoch}, as in its life before."));
    }

    /// <summary>The life that the epoch names; null where it was never named.</summary>
    public int? LifeOf(string channel, string epoch) => _lives.TryGetValue((channel, epoch), out var life) ? life : null;
}
