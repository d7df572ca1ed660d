using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Model;

namespace RealTimeActors.Simulation;

/// <summary>An event as the disk has it.</summary>
/// <param name="Life">The life of the store in which it was seen.</param>
/// <param name="WrittenIn">The epoch in which it was written.</param>
/// <param name="Stored">What is stored.</param>
internal sealed record TrueEvent(int Life, string WrittenIn, StoredEvent Stored)
{
    public ChannelEvent Event => Stored.Event;

    /// <summary>Whether an event that somebody was sent is this one.</summary>
    public bool IsSeenAs(ChannelEvent seen, ShapeModel model) =>
        seen.Offset == Event.Offset
        && seen.Id == Event.Id
        && seen.Type == Event.Type
        && seen.TimeUnixMs == Event.TimeUnixMs
        && seen.Priority == Event.Priority
        && seen.Key == Event.Key
        && model.IsViewOf(seen.Data, Event.Data)
        && (seen.Hash.IsEmpty || seen.Hash.Span.SequenceEqual(Event.Hash.Span));
}
