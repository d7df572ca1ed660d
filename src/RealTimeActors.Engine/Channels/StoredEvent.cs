using RealTimeActors.Engine.States;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Channels;

/// <summary>An event as the journal keeps it: what subscribers see, and what the channel needs to recognise a repeat and to prove the content.</summary>
/// <param name="Event">What subscribers see.</param>
/// <param name="Salt">16 bytes from which the salts of the field commitments are derived.</param>
/// <param name="ProducerId">The idempotent producer, or null.</param>
/// <param name="ProducerSequence">Its sequence.</param>
/// <param name="Digest">Of the publication, so that a repeat with another payload is seen; empty without a producer.</param>
internal sealed record StoredEvent(ChannelEvent Event, ReadOnlyMemory<byte> Salt, string? ProducerId, long ProducerSequence, ReadOnlyMemory<byte> Digest)
{
    /// <summary>What the channel needs of a mutation; null: the event is none, whatever its type.</summary>
    internal StoredMutation? Mutation { get; init; }
}
