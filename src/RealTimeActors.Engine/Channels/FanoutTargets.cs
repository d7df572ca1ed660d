using RealTimeActors.Actors;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Channels;

/// <summary>The edges that have subscribers of a channel, and the formats they need. Each gets one copy of every run.</summary>
internal sealed class FanoutTargets(ChannelName channel)
{
    private readonly List<Target> _targets = new(1);
    private int _wanted;

    internal int Count => _targets.Count;

    internal IEnumerable<IActorRef<ChannelReply>> Edges => _targets.Select(target => target.Edge);

    /// <summary>Every run from now on goes to this edge, encoded in this format too; null: as it is.</summary>
    internal void Join(IActorRef<ChannelReply> edge, WireFormat? format)
    {
        var target = Find(edge);
        if (target is null)
        {
            target = new Target(edge);
            _targets.Add(target);
        }

        target.Formats |= BitOf(format);
        Recount();
    }

    /// <summary>The edge needs this format no more.</summary>
    internal void Leave(IActorRef<ChannelReply> edge, WireFormat? format)
    {
        if (Find(edge) is not { } target)
            return;

        target.Formats &= ~BitOf(format);
        if (target.Formats == 0)
            _targets.Remove(target);

        Recount();
    }

    /// <summary>The edge needs nothing more.</summary>
    internal void Remove(IActorRef edge)
    {
        if (Find(edge) is not { } target)
            return;

        _targets.Remove(target);
        Recount();
    }

    internal void Send(string epoch, IReadOnlyList<ChannelEvent> events, IReadOnlyList<Watched> watched, long committedAt = 0)
    {
        if (_targets.Count == 0)
            return;

        var fanout = new ChannelReply.Fanout(channel, EventRun.Create(epoch, events, _wanted, watched)) { CommittedAt = committedAt };
        foreach (var target in _targets)
            target.Edge.Tell(fanout);
    }

    private static int BitOf(WireFormat? format) => format is { } known ? 1 << (int)known : 0;

    private Target? Find(IActorRef edge) => _targets.Find(target => ReferenceEquals(target.Edge, edge));

    private void Recount()
    {
        _wanted = 0;
        foreach (var target in _targets)
            _wanted |= target.Formats;
    }

    private sealed class Target(IActorRef<ChannelReply> edge)
    {
        internal IActorRef<ChannelReply> Edge { get; } = edge;

        /// <summary>A bit for each format that is needed.</summary>
        internal int Formats { get; set; }
    }
}
