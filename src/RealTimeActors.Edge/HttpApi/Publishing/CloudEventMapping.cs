using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi.Publishing;

/// <summary>
/// What a CloudEvent becomes here: <c>id</c> the event's id, <c>type</c> and <c>source</c> the same, <c>subject</c> its key, the extensions <c>correlationid</c> and <c>priority</c> what they
/// say. Everything else (<c>time</c>, <c>dataschema</c>, other extensions) is read and not kept. (source, id) is its producer, so that a repeat is found.
/// </summary>
internal static class CloudEventMapping
{
    /// <exception cref="RefusedException">It is no CloudEvent 1.0, or too large.</exception>
    internal static Publication ToPublication(CloudEvent cloudEvent, EdgeOptions options)
    {
        CloudEventAttributes.Check(cloudEvent);
        var attributes = cloudEvent.Attributes;
        if (ServerTypes.FaultOf(attributes["type"]) is { } fault)
            throw new RefusedException(ErrorCode.BadRequest, $"{cloudEvent.Which}: {fault}");

        var data = CloudEventData.ValueOf(cloudEvent);
        if (data.Length > options.FrameBytesMax)
            throw new RefusedException(ErrorCode.TooLarge, $"{cloudEvent.Which} has {data.Length} bytes of data as JSON; at most {options.FrameBytesMax} are taken.");

        // Another sender's "priority" may mean something else: only our own words are understood.
        JsonFields.TryPriority(attributes.GetValueOrDefault("priority"), out var priority);
        return new Publication
        {
            Type = attributes["type"],
            Data = data,
            MessageId = attributes["id"],
            Source = attributes["source"],
            Key = NullIfEmpty(attributes.GetValueOrDefault("subject")),
            CorrelationId = NullIfEmpty(attributes.GetValueOrDefault("correlationid")),
            Priority = priority,
            ProducerId = ProducerOf(attributes["source"], attributes["id"]),
            ProducerSequence = 1,
        };
    }

    /// <summary>A batch is one atomic append, in which each event can be there once only.</summary>
    /// <exception cref="RefusedException">One of them cannot be taken, or comes twice.</exception>
    internal static List<Publication> ToPublications(IReadOnlyList<CloudEvent> batch, EdgeOptions options)
    {
        var placeOf = new Dictionary<string, int>(StringComparer.Ordinal);
        var publications = new List<Publication>(batch.Count);
        foreach (var cloudEvent in batch)
        {
            var publication = ToPublication(cloudEvent, options);
            if (!placeOf.TryAdd(publication.ProducerId!, publications.Count + 1))
            {
                throw new RefusedException(ErrorCode.BadRequest,
                    $"Each CloudEvent is expected once; {publications.Count + 1} of the batch has the source and id of {placeOf[publication.ProducerId!]}.");
            }

            publications.Add(publication);
        }

        return publications;
    }

    private static string ProducerOf(string source, string id)
    {
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        var sourceBytes = Encoding.UTF8.GetBytes(source);
        var identity = new byte[sizeof(int) + sourceBytes.Length + Encoding.UTF8.GetByteCount(id)];
        BinaryPrimitives.WriteInt32BigEndian(identity, sourceBytes.Length);
        sourceBytes.CopyTo(identity, sizeof(int));
        Encoding.UTF8.GetBytes(id, identity.AsSpan(sizeof(int) + sourceBytes.Length));
        return OneTimeProducers.OfCloudEvent(Convert.ToHexStringLower(SHA256.HashData(identity)));
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
