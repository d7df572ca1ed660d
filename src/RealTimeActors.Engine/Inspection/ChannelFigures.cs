using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Inspection;

/// <summary>Asks some channels where they stand, and the edges how many follow them.</summary>
internal sealed class ChannelFigures(InspectionServices services, IReadOnlyList<IActorRef<object>> edges, IReadOnlyList<ChannelName> channels)
{
    private readonly ChannelReply.Stats?[] _stats = new ChannelReply.Stats?[channels.Count];
    private readonly int[] _subscribers = new int[channels.Count];
    private readonly AskWindow _asks = new(InspectionLimits.AsksAtOnce);
    private int _edgesMissing;

    internal bool IsComplete => _edgesMissing == 0 && _asks.IsEmpty;

    /// <summary>What is known by now, in the order of the channels.</summary>
    internal IReadOnlyList<ChannelView> Views => [.. channels.Select((channel, i) => new ChannelView(channel, services.Options.SettingsOf(channel), _subscribers[i])
    {
        Epoch = _stats[i]?.Epoch,
        First = _stats[i]?.First,
        Head = _stats[i]?.Head,
    })];

    /// <summary>Asks; the answers go to <paramref name="self"/>, who gives them to <see cref="Take"/>.</summary>
    internal void Begin(IActorRef<object> self)
    {
        if (channels.Count == 0)
            return;

        _edgesMissing = edges.Count;
        foreach (var edge in edges)
            edge.Tell(new EdgeQuery.CountSubscribers(channels, self));

        for (var i = 0; i < channels.Count; i++)
        {
            var place = new Place(this, i);
            _asks.Ask(() => services.Channels.Tell(new ChannelCommand.ReadStats(channels[place.Index], place, self)));
        }
    }

    internal void Take(object message)
    {
        switch (message)
        {
            case EdgeReport.Subscribers counted:
                _edgesMissing--;
                for (var i = 0; i < _subscribers.Length; i++)
                    _subscribers[i] += counted.Counts[i];

                break;
            case ChannelReply { Tag: Place(var owner, var index) } reply when owner == this:
                _stats[index] = reply as ChannelReply.Stats;
                _asks.Answered();
                break;
        }
    }

    private sealed record Place(ChannelFigures Owner, int Index);
}
