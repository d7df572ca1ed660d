namespace RealTimeActors.Engine.HttpSessions;

/// <summary>A request that fetches a down stream: at most one is attached to a line, and the newer one wins. Guarded as the line is.</summary>
/// <param name="name">What fetches, one of <see cref="Connections.TransportNames"/>.</param>
public abstract class DownReader(string name)
{
    /// <summary>What fetches.</summary>
    public string Name => name;

    /// <summary>Since when it is in the middle of a write; 0: it is not.</summary>
    public long WritingSince { get; internal set; }

    /// <summary>When it last wrote something.</summary>
    internal long WroteAt { get; set; }

    /// <summary>Whether a sign of life is due, because nothing was written for a while.</summary>
    internal bool IsHeartbeatDue { get; set; }

    /// <summary>Something may be there to be fetched.</summary>
    public abstract void Signal();

    /// <summary>Ends the request though it may be in the middle of a write.</summary>
    public abstract void Abort();
}
