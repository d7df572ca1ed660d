namespace RealTimeActors.Engine.Channels;

/// <summary>The commitment to the data of an event that has no place in a log yet: everything of its hash that does not depend on the event before.</summary>
/// <param name="Salt">16 random bytes, drawn for this event.</param>
/// <param name="Commitment">32 bytes, made of the data with that salt.</param>
internal sealed record DataCommitment(ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> Commitment);
