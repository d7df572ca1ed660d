using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>
/// That an event stands in the log as it is told, also for somebody who is shown only some of its fields; and, once a checkpoint covers it, that the server has signed it. Checked by
/// <see cref="ProofVerifier"/>, written and read by <see cref="EventProofJson"/>.
/// </summary>
/// <param name="Event">The event without its data; with its hash.</param>
/// <param name="Epoch">The life of the log that it was written in.</param>
/// <param name="IsObject">Whether its data is an object.</param>
/// <param name="Fields">Its fields in the order of their names, shown or hidden. Data that is no object is one field with an empty name.</param>
/// <param name="PreviousHash">The hash of the event before; zeros for offset 1.</param>
/// <param name="Inclusion">The checkpoint that covers it; null: none does yet, or none that is still kept.</param>
public sealed record EventProof(ChannelEvent Event, string Epoch, bool IsObject, IReadOnlyList<ProvenField> Fields, ReadOnlyMemory<byte> PreviousHash, EventInclusion? Inclusion)
{
    /// <summary>A proof of an event out of the log.</summary>
    /// <param name="event">With its data and hash.</param>
    /// <param name="epoch">The life of the log that it was written in.</param>
    /// <param name="salt">Its random salt.</param>
    /// <param name="previousHash">The hash of the event before.</param>
    /// <param name="fields">The names of the fields that are shown, without escapes; null: all.</param>
    /// <param name="inclusion">The checkpoint that covers it.</param>
    public static EventProof Create(
        ChannelEvent @event, string epoch, ReadOnlySpan<byte> salt, ReadOnlyMemory<byte> previousHash, IReadOnlyCollection<string>? fields, EventInclusion? inclusion)
    {
        ArgumentNullException.ThrowIfNull(@event);
        var all = EventHash.Fields(@event.Data.Span, salt, out var isObject);
        ProvenField[] told = fields is null ? [.. all] : [.. all.Select(field => isObject && fields.Contains(PlainName(field.Name!)) ? field : field.Hide())];
        return new EventProof(@event with { Data = default, Session = null }, epoch, isObject, told, previousHash, inclusion);
    }

    private static string PlainName(string name)
    {
        if (!name.Contains('\\', StringComparison.Ordinal))
            return name;

        var escaped = System.Text.Encoding.UTF8.GetBytes(name);
        var plain = new byte[escaped.Length];
        var length = JsonEscapes.Remove(escaped, plain, out _);
        return System.Text.Encoding.UTF8.GetString(plain, 0, length);
    }
}
