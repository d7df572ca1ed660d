using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.HttpSessions;

/// <summary>Where a request that fetches what comes down begins.</summary>
public abstract record DownStart
{
    private DownStart() { }

    /// <summary>On this line.</summary>
    /// <param name="Number">After the batch of this number.</param>
    public sealed record After(long Number) : DownStart;

    /// <summary>The session is to be resumed from its cursors, as a hello would: what the client has is not known here any more.</summary>
    public sealed record Anew : DownStart
    {
        /// <summary>The only one.</summary>
        public static Anew Instance { get; } = new();
    }

    /// <summary>Nowhere: coming again is of no use.</summary>
    /// <param name="By">What the client was told.</param>
    public sealed record Over(ServerFrame.Close By) : DownStart;
}
