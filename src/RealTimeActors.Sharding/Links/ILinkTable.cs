using RealTimeActors.Actors;

namespace RealTimeActors.Sharding.Links;

/// <summary>What a codec asks for the actors and tags in a message.</summary>
public interface ILinkTable
{
    /// <summary>What the codec wants to remember of what it wrote on this connection, so that it need not be written again; null after a message was given up.</summary>
    object? LastWritten { get; set; }

    /// <summary>What the codec wants to remember of what it read on this connection.</summary>
    object? LastRead { get; set; }

    /// <summary>The address of an actor, wherever it lives; it is kept until the actor ends.</summary>
    /// <param name="actor">Which.</param>
    /// <param name="tell">How it is told something, by the type that the message knows it by; null: it is only watched.</param>
    LinkAddress AddressOf(IActorRef actor, Action<object>? tell);

    /// <summary>The actor at an address, as the other side wrote it. One that has ended meanwhile is an actor that has ended.</summary>
    IActorRef<object> ActorAt(LinkAddress address);

    /// <summary>The number of a tag, and whether it is ours; it is kept until the last answer came.</summary>
    (long Number, bool IsOurs) NumberOfTag(object tag);

    /// <summary>The tag of a number; null where nobody waits for it any more.</summary>
    object? TagOf(long number, bool isOurs);
}
