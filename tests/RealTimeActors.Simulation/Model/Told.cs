namespace RealTimeActors.Simulation.Model;

/// <summary>What the server says to one subscription. A frame, without its clothes.</summary>
internal abstract record Told
{
    private Told() { }

    /// <summary>Events after <paramref name="Offset"/> follow; a fresh start (none, reset) forgets what was before.
    /// <paramref name="Seek"/> numbers the seek that this answers; without it a client would take the answer to an earlier request for this one's.</summary>
    public sealed record Subscribed(int Epoch, long Offset, bool IsFresh, int Seek = 0) : Told;

    public sealed record Event(long Offset, int Attempt) : Told;

    public sealed record Skip(long Offset) : Told;

    public sealed record Gap(long Offset) : Told;
}
