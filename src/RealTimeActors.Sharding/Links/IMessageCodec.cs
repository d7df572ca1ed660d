using RealTimeActors.Persistence.EventSourcing;

namespace RealTimeActors.Sharding.Links;

/// <summary>Turns messages between actors into bytes and back. Actors and tags in them stay where they are; their numbers travel.</summary>
public interface IMessageCodec
{
    /// <summary>Tells apart what cannot read each other: nodes with different ones do not connect.</summary>
    string Fingerprint { get; }

    /// <summary>Writes a message.</summary>
    void Write(object message, ILinkTable table, PayloadWriter to);

    /// <summary>Reads a message; it may go on using the bytes.</summary>
    /// <exception cref="InvalidDataException">They are not a message.</exception>
    object Read(ReadOnlyMemory<byte> from, ILinkTable table);

    /// <summary>Whether nothing more comes for the tag after this answer.</summary>
    /// <param name="answer">What came.</param>
    /// <param name="question">The message that the tag was told with.</param>
    bool IsLast(object answer, object question);

    /// <summary>Whether a node that is asked this, and is not the one whose affair it is (any more), may pass it on, so that the answer comes by way of it: only where nobody keeps whom it names as who is to be told
    /// more. Its tag is written before the actor that is to be answered.</summary>
    bool MayBePassedOn(object message);
}
