using RealTimeActors.Actors;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Channels;

/// <summary>Which actor a channel gets: its pattern decides.</summary>
internal static class ChannelActors
{
    internal static Actor<object> Create(string name, ChannelServices services, IActorRef<ShardMessage> shard)
    {
        var channel = ChannelName.Parse(name);
        var settings = services.Options.SettingsOf(channel);
        return settings.IsDurable ? new ChannelActor(channel, settings, services, shard) : new EphemeralChannelActor(channel, settings, services, shard);
    }
}
