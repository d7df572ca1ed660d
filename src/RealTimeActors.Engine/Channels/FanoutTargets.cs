using RealTimeActors.Actors;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Channels;

/// <summary>The edges that have subscribers of a channel, and the formats they need. Each gets one copy of every run.</summary>
internal sealed class FanoutTargets(ChannelName channel)
{
    private static readonly int _formats = Enum.GetValues<WireFormat>().Length;

    private readonly List<Target> _targets = new(1);
    private int _wanted;

    internal int Count => _targets.Count;

    internal IEnumerable<IActorRef<ChannelReply>> Edges => _targets.Select(target => target.Edge);

    /// <summary>Every run from now on goes to this edge, encoded in this format too; null: as it is.</summary>
    /// <param name="edge">Which.</param>
    /// <param name="format">In which its subscriptions read.</param>
    /// <param name="number">Of the edge's word: one to leave that has a lesser number was said before, and means nothing when it is heard after it.</param>
    internal void Join(IActorRef<ChannelReply> edge, WireFormat? format, long number)
    {
        var target = Find(edge);
        if (target is null)
        {
            target = new Target(edge);
            _targets.Add(target);
        }

        target.Joined(format, number);
        Recount();
    }

    /// <summary>The edge needs this format no more, unless it joined in it by a later word.</summary>
    internal void Leave(IActorRef<ChannelReply> edge, WireFormat? format, long number)
    {
        if (Find(edge) is not { } target || target.HasJoinedAfter(format, number))
            return;

        target.Left(format);
        if (target.Formats == 0)
            _targets.Remove(target);

        Recount();
    }

    /// <summary>Whether the edge joined, in whatever format, by a later word than this.</summary>
    internal bool HasJoinedAfter(IActorRef edge, long number) => Find(edge) is { } target && target.HasJoinedAfter(number);

    /// <summary>The edge needs nothing more.</summary>
    internal void Remove(IActorRef edge)
    {
        if (Find(edge) is not { } target)
            return;

        _targets.Remove(target);
        Recount();
    }

    internal void Send(IActorRef self, string epoch, IReadOnlyList<ChannelEvent> events, IReadOnlyList<Watched> watched, long committedAt = 0)
    {
        if (_targets.Count == 0)
            return;

        var fanout = new ChannelReply.Fanout(channel, self, EventRun.Create(epoch, events, _wanted, watched)) { CommittedAt = committedAt };
        foreach (var target in _targets)
            target.Edge.Tell(fanout);
    }

    private Target? Find(IActorRef edge) => _targets.Find(target => ReferenceEquals(target.Edge, edge));

    private void Recount()
    {
        _wanted = 0;
        foreach (var target in _targets)
            _wanted |= target.Formats;
    }

    private sealed class Target(IActorRef<ChannelReply> edge)
    {
        /// <summary>By which word it joined last in each format, and behind them as it is.</summary>
        private readonly long[] _joined = new long[_formats + 1];

        internal IActorRef<ChannelReply> Edge { get; } = edge;

        /// <summary>A bit for each format that is needed.</summary>
        internal int Formats { get; private set; }

        internal void Joined(WireFormat? format, long number)
        {
            ref var joined = ref _joined[PlaceOf(format)];
            joined = Math.Max(joined, number);
            Formats |= BitOf(format);
        }

        internal void Left(WireFormat? format) => Formats &= ~BitOf(format);

        internal bool HasJoinedAfter(WireFormat? format, long number) => _joined[PlaceOf(format)] > number;

        internal bool HasJoinedAfter(long number) => _joined.Max() > number;

        private static int PlaceOf(WireFormat? format) => format is { } known ? (int)known : _formats;

        private static int BitOf(WireFormat? format) => format is { } known ? 1 << (int)known : 0;
    }
}
