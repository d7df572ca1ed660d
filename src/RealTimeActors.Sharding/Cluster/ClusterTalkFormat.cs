using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Persistence.Membership;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>What cluster actors tell each other, as bytes: a kind, who says it, and what the kind says.</summary>
internal static class ClusterTalkFormat
{
    private const byte Owns = 1;
    private const byte Hold = 2;
    private const byte Held = 3;
    private const byte Offer = 4;
    private const byte OrderedOffer = 5;
    private const byte ReachedAt = 6;
    private const byte Count = 7;
    private const byte Counts = 8;

    internal static void Write(ClusterTalk talk, PayloadWriter to)
    {
        to.Byte(talk switch
        {
            ClusterTalk.Owns => Owns,
            ClusterTalk.Hold => Hold,
            ClusterTalk.Held => Held,
            ClusterTalk.Offer offer => offer.IsOrdered ? OrderedOffer : Offer,
            ClusterTalk.ReachedAt => ReachedAt,
            ClusterTalk.Count => Count,
            ClusterTalk.Counts => Counts,
            _ => throw new NotSupportedException($"{talk.GetType()} has no bytes."),
        });
        to.Text(talk.From.Node);
        to.Varint(talk.From.Number);
        switch (talk)
        {
            case ClusterTalk.Owns owns:
                to.Varint(owns.Shards.Count);
                foreach (var shard in owns.Shards)
                    Write(shard, to);

                break;
            case ClusterTalk.Hold hold:
                Write(hold.Shard, to);
                break;
            case ClusterTalk.Held held:
                Write(held.Shard, to);
                break;
            case ClusterTalk.Offer offer:
                Write(offer.Shard, to);
                break;
            case ClusterTalk.ReachedAt reached:
                to.Text(reached.Address);
                break;
            case ClusterTalk.Count count:
                to.Varint(count.Number);
                break;
            case ClusterTalk.Counts counts:
                to.Varint(counts.Number);
                Write(counts.Figures, to);
                break;
        }
    }

    internal static ClusterTalk Read(ref PayloadReader from)
    {
        var kind = from.Byte();
        var node = new NodeIncarnation(from.Text() ?? "", from.Varint());
        return kind switch
        {
            Owns => new ClusterTalk.Owns(node, ReadShards(ref from)),
            Hold => new ClusterTalk.Hold(node, ReadShard(ref from)),
            Held => new ClusterTalk.Held(node, ReadShard(ref from)),
            Offer or OrderedOffer => new ClusterTalk.Offer(node, ReadShard(ref from), IsOrdered: kind == OrderedOffer),
            ReachedAt => new ClusterTalk.ReachedAt(node, from.Text() ?? ""),
            Count => new ClusterTalk.Count(node, from.Varint()),
            Counts => new ClusterTalk.Counts(node, from.Varint(), ReadFigures(ref from)),
            _ => throw new InvalidDataException($"Cluster talk of kind {kind} is not known."),
        };
    }

    private static void Write(OwnedShard shard, PayloadWriter to)
    {
        to.Varint(shard.Shard);
        to.Varint(shard.Epoch);
    }

    private static OwnedShard ReadShard(ref PayloadReader from) => new((int)Math.Min(from.Varint(), int.MaxValue), from.Varint());

    private static List<OwnedShard> ReadShards(ref PayloadReader from)
    {
        var shards = new List<OwnedShard>();
        for (var left = from.Varint(); left > 0; left--)
            shards.Add(ReadShard(ref from));

        return shards;
    }

    private static void Write(NodeFigures figures, PayloadWriter to)
    {
        to.Varint(figures.Clients.Connections);
        to.Varint(figures.Clients.Behind);
        to.Varint(figures.Shards.Count);
        foreach (var (shard, counts, head, lag) in figures.Shards)
        {
            Write(shard, to);
            to.Varint(counts.Channels);
            to.Varint(counts.Sessions);
            to.Varint(counts.Waiting);
            to.Varint(head);
            to.Varint(lag);
        }
    }

    private static NodeFigures ReadFigures(ref PayloadReader from)
    {
        var clients = new ClientCounts(from.Varint(), from.Varint());
        var shards = new List<ShardProgress>();
        for (var left = from.Varint(); left > 0; left--)
            shards.Add(new ShardProgress(ReadShard(ref from), new ShardCounts(from.Varint(), from.Varint(), from.Varint()), from.Varint(), from.Varint()));

        return new NodeFigures(clients, shards);
    }
}
