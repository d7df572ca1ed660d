using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Presence;

/// <summary>One connection that is in a channel, or looks on who is.</summary>
/// <remarks>Nothing is queued for it: it knows what it saw last, and is told the difference when it takes something.</remarks>
internal sealed class Onlooker(Connection connection, EdgePresence presence)
{
    internal Connection Connection { get; } = connection;

    internal EdgePresence Presence { get; } = presence;

    /// <summary>Where it stands in the list of those who look on.</summary>
    internal int Place { get; set; } = -1;

    /// <summary>Whether its session is there by it.</summary>
    internal bool IsMember { get; set; }

    /// <summary>As what.</summary>
    internal ReadOnlyMemory<byte> State { get; set; }

    /// <summary>What its subscription asked for.</summary>
    internal PresenceInterest Asked { get; set; }

    /// <summary>What it is told: who is there sees who else is.</summary>
    internal PresenceInterest Interest => IsMember ? PresenceInterest.Members : Asked;

    /// <summary>Whether the frame that made it one was answered, so that it may be told something.</summary>
    internal bool IsBegun { get; set; }

    /// <summary>Whether its connection knows that there may be something to be told.</summary>
    internal bool IsPending { get; set; }

    /// <summary>The version of the list that it saw last; null: it has none, or one that is not kept up.</summary>
    internal long? Seen { get; set; }

    /// <summary>The number that it was told last, where it was told no list since; null: none.</summary>
    internal long? SeenCount { get; set; }

    /// <summary>What is being written; null: nothing.</summary>
    internal IReadOnlyList<byte[]>? Frames { get; set; }

    /// <summary>How many of these are.</summary>
    internal int Written { get; set; }

    /// <summary>From now on as if it had seen nothing.</summary>
    internal void BeginAnew()
    {
        Seen = null;
        SeenCount = null;
    }
}
