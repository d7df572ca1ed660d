using RealTimeActors.Engine.Connections;

namespace RealTimeActors.Engine.Presence;

/// <summary>A client's presence on its way, and whom it answers.</summary>
/// <param name="Onlooker">By which it is there.</param>
/// <param name="FrameId">The client frame's id; 0: nobody waits.</param>
/// <param name="Batch">Came with it; null: the client did not say it just now.</param>
internal sealed record PresenceTag(Onlooker Onlooker, long FrameId, ReceivedBatch? Batch)
{
    /// <summary>How often it is told again where nobody could be told, once a second; then the client is refused.</summary>
    internal const int TriesMax = 5;

    /// <summary>How often it was.</summary>
    internal int Tries { get; init; }

    internal Connection Connection => Onlooker.Connection;
}
