using RealTimeActors.Actors;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Channels;

/// <summary>The edges that have subscribers of a channel, and the formats they need. Each gets one copy of every run.</summary>
internal sealed class FanoutTargets(ChannelName channel)
{
    private static readonly int _formats = Enum.GetValues<WireFormat>().Length;

    private readonly List<Target> _targets = [];
    private readonly bool[] _wanted = new bool[_formats];

    internal int Count => _targets.Count;

    internal IEnumerable<IActorRef<ChannelReply>> Edges => _targets.Select(target => target.Edge);

    /// <summary>Every run from now on goes to this edge, encoded in this format too.</summary>
    internal void Join(IActorRef<ChannelReply> edge, WireFormat? format)
    {
        var target = Find(edge);
        if (target is null)
        {
            target = new Target(edge, new bool[_formats]);
            _targets.Add(target);
        }

        if (format is { } wanted)
            target.Formats[(int)wanted] = true;

        Recount();
    }

    /// <summary>The edge needs this format no more.</summary>
    internal void Leave(IActorRef<ChannelReply> edge, WireFormat? format)
    {
        if (Find(edge) is not { } target)
            return;

        if (format is { } released)
            target.Formats[(int)released] = false;

        if (!target.Formats.Contains(true))
            _targets.Remove(target);

        Recount();
    }

    internal void Send(string epoch, IReadOnlyList<ChannelEvent> events, IReadOnlyList<long> watched, long committedAt = 0)
    {
        if (_targets.Count == 0)
            return;

        var fanout = new ChannelReply.Fanout(channel, EventRun.Create(epoch, events, _wanted, watched)) { CommittedAt = committedAt };
        foreach (var target in _targets)
            target.Edge.Tell(fanout);
    }

    private Target? Find(IActorRef<ChannelReply> edge) => _targets.Find(target => ReferenceEquals(target.Edge, edge));

    private void Recount()
    {
        for (var format = 0; format < _formats; format++)
            _wanted[format] = _targets.Exists(target => target.Formats[format]);
    }

    private sealed record Target(IActorRef<ChannelReply> Edge, bool[] Formats);
}
