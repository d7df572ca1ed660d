using RealTimeActors.Actors;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Engine.Tests.Nodes;

/// <summary>Both ends of a link without anything between: actors and tags keep their numbers, and come back as what they were.</summary>
internal sealed class TwoTables : ILinkTable
{
    private readonly List<IActorRef> _actors = [];
    private readonly List<object> _tags = [];

    /// <summary>Of each tag that was written: how many actors had been before it.</summary>
    internal List<int> ActorsBeforeTags { get; } = [];

    public object? LastWritten { get; set; }

    public object? LastRead { get; set; }

    public LinkAddress AddressOf(IActorRef actor, Action<object>? tell)
    {
        _actors.Add(actor);
        return new LinkAddress(LinkOwner.Theirs, LinkKind.Numbered, _actors.Count - 1);
    }

    public IActorRef<object> ActorAt(LinkAddress address) => (IActorRef<object>)_actors[(int)address.Number];

    public (long Number, bool IsOurs) NumberOfTag(object tag)
    {
        _tags.Add(tag);
        ActorsBeforeTags.Add(_actors.Count);
        return (_tags.Count - 1, true);
    }

    public object? TagOf(long number, bool isOurs) => _tags[(int)number];
}
