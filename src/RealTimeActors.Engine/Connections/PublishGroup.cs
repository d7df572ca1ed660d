using System.Runtime.InteropServices;
using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Integrity;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>
/// Publishes that came from a client at one go, on their way to their channels. Where they are some, their data is committed to here: a channel has one turn for all who publish to it, and is left
/// with what must wait for the event before.
/// </summary>
/// <remarks>Few are left to the channel, which commits together to what came to it from everywhere. In a cluster all are: the channel may be on another node.
/// <c>dotnet run -c Release --project tests/RealTimeActors.Benchmarks -- w5-1000 --contenders node,node-unhashed --fields 8</c></remarks>
internal sealed class PublishGroup(EdgeServices services, IEntropy entropy)
{
    /// <summary>As many as are hashed together (<see cref="EventHash.CommitMany"/>): the channel begins with them while the next ones are hashed here.</summary>
    private const int PublishesMax = EventHash.EventsAtOnce;
    private const int WorthIt = 4;

    private readonly bool _commits = services.Others is null && !services.Options.IsUnhashed;
    private readonly List<ChannelCommand.Publish> _publishes = new(PublishesMax);
    private readonly List<Publication> _durable = new(PublishesMax);
    private readonly List<ReadOnlyMemory<byte>> _data = new(PublishesMax);
    private readonly List<ReadOnlyMemory<byte>> _salts = new(PublishesMax);

    /// <summary>The channel that was asked for last: a client mostly publishes to one.</summary>
    private ChannelName _channel;
    private bool _isDurable;

    /// <summary>Takes a publish of one event; it is told with those that follow it, or before.</summary>
    internal void Add(ChannelCommand.Publish publish)
    {
        _publishes.Add(publish);
        if (_commits && IsDurable(publish.Channel))
            _durable.Add(publish.Publications[0]);

        if (_publishes.Count == PublishesMax)
            TellAll();
    }

    /// <summary>Tells the channels, in the order in which they were taken. Nothing of what the client sent later may be told before.</summary>
    internal void TellAll()
    {
        if (_publishes.Count == 0)
            return;

        if (_durable.Count >= WorthIt)
            Commit();

        foreach (var publish in _publishes)
            services.Channels.Tell(publish);

        _publishes.Clear();
        _durable.Clear();
    }

    private void Commit()
    {
        var saltBytes = _durable.Count * EventHash.SaltBytes;
        var made = new byte[saltBytes + (_durable.Count * EventHash.Bytes)];
        entropy.Fill(made.AsSpan(0, saltBytes));
        for (var i = 0; i < _durable.Count; i++)
        {
            var salt = made.AsMemory(i * EventHash.SaltBytes, EventHash.SaltBytes);
            _durable[i].Commitment = new DataCommitment(salt, made.AsMemory(saltBytes + (i * EventHash.Bytes), EventHash.Bytes));
            _data.Add(_durable[i].Data);
            _salts.Add(salt);
        }

        EventHash.CommitMany(CollectionsMarshal.AsSpan(_data), CollectionsMarshal.AsSpan(_salts), made.AsSpan(saltBytes));
        _data.Clear();
        _salts.Clear();
    }

    private bool IsDurable(ChannelName channel)
    {
        if (channel != _channel)
            (_channel, _isDurable) = (channel, services.Options.SettingsOf(channel).IsDurable);

        return _isDurable;
    }
}
