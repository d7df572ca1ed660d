using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>One link for both: what cluster actors tell each other, and the messages of everybody else. A byte says which it is.</summary>
/// <param name="messages">The codec of everybody else.</param>
public sealed class ClusterCodec(IMessageCodec messages) : IMessageCodec
{
    private const byte Message = 0;
    private const byte Talk = 1;
    private const byte Order = 2;

    /// <summary>Changes with the bytes that are written here.</summary>
    private const string Version = "cluster-1";

    /// <inheritdoc/>
    public string Fingerprint { get; } = $"{Version}/{messages.Fingerprint}";

    /// <inheritdoc/>
    public void Write(object message, ILinkTable table, PayloadWriter to)
    {
        switch (message)
        {
            case ClusterTalk talk:
                to.Byte(Talk);
                WriteTalk(talk, to);
                break;
            case ClusterOrder order:
                to.Byte(Order);
                WriteOrder(order, to);
                break;
            default:
                to.Byte(Message);
                messages.Write(message, table, to);
                break;
        }
    }

    /// <inheritdoc/>
    public object Read(ReadOnlyMemory<byte> from, ILinkTable table)
    {
        var reader = new PayloadReader(from);
        return reader.Byte() switch
        {
            Message => messages.Read(reader.Rest(), table),
            Talk => ReadTalk(ref reader),
            Order => ReadOrder(ref reader),
            var other => throw new InvalidDataException($"A message begins with {Message}, {Talk} or {Order} between nodes; this one with {other}."),
        };
    }

    /// <inheritdoc/>
    public bool IsLast(object answer, object question) => messages.IsLast(answer, question);

    private static void WriteTalk(ClusterTalk talk, PayloadWriter to)
    {
        var (kind, shards) = talk switch
        {
            ClusterTalk.Owns owns => ((byte)1, owns.Shards),
            ClusterTalk.Hold hold => ((byte)2, [hold.Shard]),
            ClusterTalk.Held held => ((byte)3, [held.Shard]),
            ClusterTalk.Offer offer => (offer.IsOrdered ? (byte)5 : (byte)4, [offer.Shard]),
            _ => throw new NotSupportedException($"{talk.GetType()} has no bytes."),
        };
        to.Byte(kind);
        to.Text(talk.From.Node);
        to.Varint(talk.From.Number);
        to.Varint(shards.Count);
        foreach (var shard in shards)
        {
            to.Varint(shard.Shard);
            to.Varint(shard.Epoch);
        }
    }

    private static ClusterTalk ReadTalk(ref PayloadReader from)
    {
        var kind = from.Byte();
        var node = new NodeIncarnation(from.Text() ?? "", from.Varint());
        var shards = new List<OwnedShard>();
        for (var left = from.Varint(); left > 0; left--)
            shards.Add(new OwnedShard((int)Math.Min(from.Varint(), int.MaxValue), from.Varint()));

        return kind switch
        {
            1 => new ClusterTalk.Owns(node, shards),
            2 when shards.Count == 1 => new ClusterTalk.Hold(node, shards[0]),
            3 when shards.Count == 1 => new ClusterTalk.Held(node, shards[0]),
            4 or 5 when shards.Count == 1 => new ClusterTalk.Offer(node, shards[0], IsOrdered: kind == 5),
            _ => throw new InvalidDataException($"Cluster talk of kind {kind} about {shards.Count} shards is not known."),
        };
    }

    private static void WriteOrder(ClusterOrder order, PayloadWriter to)
    {
        switch (order)
        {
            case ClusterOrder.Drain:
                to.Byte(1);
                break;
            case ClusterOrder.Leave:
                to.Byte(2);
                break;
            case ClusterOrder.Move move:
                to.Byte(3);
                to.Varint(move.Shard);
                to.Text(move.To);
                break;
        }
    }

    private static ClusterOrder ReadOrder(ref PayloadReader from) => from.Byte() switch
    {
        1 => new ClusterOrder.Drain(),
        2 => new ClusterOrder.Leave(),
        3 => new ClusterOrder.Move((int)Math.Min(from.Varint(), int.MaxValue), from.Text() ?? ""),
        var other => throw new InvalidDataException($"A cluster's order of kind {other} is not known."),
    };
}
