using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.DeadLetters;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Engine.Nodes.Messages;
using RealTimeActors.Engine.Patterns;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Engine.Relays;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Sharding;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Engine.Nodes;

/// <summary>Everything that the engine's actors tell each other, as bytes between nodes. One for the whole process: it finds the formats once, and is never changed.</summary>
public sealed class EngineCodec : IMessageCodec
{
    private readonly IRoot[] _roots;

    /// <summary>The place of every message that is written inside its family, and of those that stand alone.</summary>
    private readonly Dictionary<Type, byte> _places = [];

    private EngineCodec()
    {
        var formats = new MessageFormats();
        _roots =
        [
            new Root<ChannelCommand>(formats), new Root<ChannelReply>(formats), new Root<SessionCommand>(formats), new Root<SessionReply>(formats),
            new Root<FollowersCommand>(formats), new Root<DirectoryCommand>(formats), new Root<DirectoryReply>(formats), new Root<ReplayCommand>(formats), new Root<ReplayReply>(formats),
            new Root<UserCommand>(formats), new Root<UserReply>(formats), new Root<AuthenticationReply>(formats),
            new Root<SessionReport>(formats), new Root<SessionTerminated>(formats),
            new Root<EdgeQuery>(formats), new Root<EdgeReport>(formats), new Root<EdgeOrdered>(formats), new Root<EdgeOutcome>(formats),
            new Root<ShardMessage.ListHere>(formats), new Root<ShardEntities>(formats),
            new Root<PresenceCommand>(formats), new Root<PresenceReply>(formats),
            new Root<CheckpointCommand>(formats), new Root<CheckpointReply>(formats), new Root<LocatedCheckpoint>(formats),
            new Root<RelayCommand>(formats), new Root<RelayReply>(formats),
        ];
        for (var place = 0; place < _roots.Length; place++)
        {
            var family = _roots[place].Type;
            foreach (var type in family.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).Where(family.IsAssignableFrom).Append(family))
                _places.TryAdd(type, (byte)place);
        }

        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', _roots.Select(root => root.Shape)))).AsSpan(0, 8));
    }

    /// <summary>The one instance. Made when it is asked for first: a node that is alone does without.</summary>
    public static EngineCodec Instance => Lazy.Value;

    /// <inheritdoc/>
    public string Fingerprint { get; }

    /// <summary>The families of messages, and the messages that stand alone.</summary>
    internal IEnumerable<Type> Families => _roots.Select(root => root.Type);

    /// <inheritdoc/>
    public void Write(object message, ILinkTable table, PayloadWriter to)
    {
        var place = PlaceOf(message.GetType());
        to.Byte(place);
        _roots[place].Write(to, message, table);
    }

    /// <inheritdoc/>
    public object Read(ReadOnlyMemory<byte> from, ILinkTable table)
    {
        var reader = new PayloadReader(from);
        var place = reader.Byte();
        if (place >= _roots.Length)
            throw new InvalidDataException($"There are {_roots.Length} kinds of messages; {place} is none of them.");

        return _roots[place].Read(ref reader, table) ?? throw new InvalidDataException("A message is expected; there is none.");
    }

    /// <inheritdoc/>
    public bool IsLast(object answer, object question) => (question, answer) switch
    {
        // What is only accepted, or asked for no answer, is settled later; but where it has an offset already, as in memory.
        (ChannelCommand.Publish { Confirm: Confirm.None or Confirm.Accepted }, ChannelReply.Published published) => published.Receipts.Any(receipt => receipt.Epoch.Length > 0),
        _ => true,
    };

    /// <inheritdoc/>
    public bool MayBePassedOn(object message) => message is
        ChannelCommand.Publish or ChannelCommand.Mutate or ChannelCommand.Read or ChannelCommand.ReadState or ChannelCommand.ReadHistory or ChannelCommand.ReadStats
        or SessionCommand.Inspect or PresenceCommand.Read or UserCommand or ReplayCommand.Replay;

    private byte PlaceOf(Type type)
    {
        if (_places.TryGetValue(type, out var place))
            return place;

        for (var i = 0; i < _roots.Length; i++)
        {
            if (_roots[i].Type.IsAssignableFrom(type))
                return (byte)i;
        }

        throw new NotSupportedException($"{type} is no message that goes from node to node.");
    }

    private static class Lazy
    {
        internal static EngineCodec Value { get; } = new();
    }

    private interface IRoot
    {
        Type Type { get; }

        string Shape { get; }

        void Write(PayloadWriter to, object message, ILinkTable table);

        object? Read(ref PayloadReader from, ILinkTable table);
    }

    private sealed class Root<T>(MessageFormats formats) : IRoot
        where T : class
    {
        private readonly MessageFormat<T> _format = formats.Of<T>();

        public Type Type => typeof(T);

        public string Shape => _format.Shape;

        public void Write(PayloadWriter to, object message, ILinkTable table) => _format.Write(to, (T)message, table);

        public object? Read(ref PayloadReader from, ILinkTable table) => _format.Read(ref from, table);
    }
}
