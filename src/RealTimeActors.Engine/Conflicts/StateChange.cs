using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>The change frame of a <c>$state</c> event: a pure function of the event, so that it is encoded once for all who read the same.</summary>
internal static class StateChange
{
    /// <summary>The type of the events that mutations are.</summary>
    internal const string EventType = "$state";

    /// <summary>The change that subscribers of mode <c>state</c> see; null: nothing that they see has changed (another type, superseded), which is a skip.</summary>
    /// <param name="e">The event.</param>
    /// <param name="fields">The top-level fields that are wanted, UTF-8; empty: all. A change in other fields only is an empty patch: the version has moved all the same.</param>
    internal static ServerFrame.Change? Of(ChannelEvent e, IReadOnlyList<ReadOnlyMemory<byte>> fields) => throw new NotImplementedException();
}
