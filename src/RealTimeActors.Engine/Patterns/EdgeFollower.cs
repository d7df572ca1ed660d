using RealTimeActors.Actors;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Patterns;

/// <summary>An edge as the directory knows it.</summary>
internal sealed class EdgeFollower(IActorRef<DirectoryReply> edge)
{
    internal IActorRef<DirectoryReply> Edge { get; } = edge;

    internal SortedSet<ChannelPattern> Patterns { get; } = [];

    /// <summary>The position of what it was told last.</summary>
    internal long ToldTo { get; set; }
}
