using RealTimeActors.Actors;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Cluster;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Sharding.Tests.Cluster;

/// <summary>Counters and the cluster's talk as bytes.</summary>
internal sealed class CountCodec : IMessageCodec
{
    public string Fingerprint => "count";

    public void Write(object message, ILinkTable table, PayloadWriter to)
    {
        switch (message)
        {
            case Count.Add add:
                to.Byte(1);
                to.Text(add.Counter);
                WriteTag(add.Tag!, table, to);
                WriteActor(add.ReplyTo, table, to);
                break;
            case Count.Added added:
                to.Byte(2);
                to.Varint(added.Value);
                WriteTag(added.Tag!, table, to);
                break;
            case Count.Unknown unknown:
                to.Byte(3);
                to.Text(unknown.Reason);
                WriteTag(unknown.Tag!, table, to);
                break;
            case ClusterTalk talk:
                to.Byte(4);
                WriteTalk(talk, to);
                break;
            default:
                throw new NotSupportedException($"{message}");
        }
    }

    public object Read(ReadOnlyMemory<byte> from, ILinkTable table)
    {
        var reader = new PayloadReader(from);
        switch (reader.Byte())
        {
            case 1:
                return new Count.Add(reader.Text()!, ReadTag(ref reader, table), ReadActor(ref reader, table));
            case 2:
                return new Count.Added(reader.Varint(), ReadTag(ref reader, table));
            case 3:
                var reason = reader.Text()!;
                return new Count.Unknown(ReadTag(ref reader, table), reason);
            default:
                return ReadTalk(ref reader);
        }
    }

    public bool IsLast(object answer, object question) => true;

    private static void WriteTalk(ClusterTalk talk, PayloadWriter to)
    {
        to.Text(talk.From.Node);
        to.Varint(talk.From.Number);
        var (kind, shards) = talk switch
        {
            ClusterTalk.Owns owns => ((byte)0, owns.Shards),
            ClusterTalk.Hold hold => ((byte)1, [hold.Shard]),
            ClusterTalk.Held held => ((byte)2, [held.Shard]),
            ClusterTalk.Offer offer => ((byte)3, [offer.Shard]),
            _ => throw new NotSupportedException($"{talk}"),
        };
        to.Byte(kind);
        to.Varint(shards.Count);
        foreach (var shard in shards)
        {
            to.Varint(shard.Shard);
            to.Varint(shard.Epoch);
        }
    }

    private static ClusterTalk ReadTalk(ref PayloadReader from)
    {
        var node = new NodeIncarnation(from.Text()!, from.Varint());
        var kind = from.Byte();
        var shards = new OwnedShard[from.Varint()];
        for (var i = 0; i < shards.Length; i++)
            shards[i] = new OwnedShard((int)from.Varint(), from.Varint());

        return kind switch
        {
            0 => new ClusterTalk.Owns(node, shards),
            1 => new ClusterTalk.Hold(node, shards[0]),
            2 => new ClusterTalk.Held(node, shards[0]),
            _ => new ClusterTalk.Offer(node, shards[0]),
        };
    }

    private static void WriteTag(object tag, ILinkTable table, PayloadWriter to)
    {
        var (number, isOurs) = table.NumberOfTag(tag);
        to.Varint(number);
        to.Byte(isOurs ? (byte)1 : (byte)0);
    }

    private static object? ReadTag(ref PayloadReader from, ILinkTable table) => table.TagOf(from.Varint(), from.Byte() == 0);

    private static void WriteActor(IActorRef<Count> actor, ILinkTable table, PayloadWriter to)
    {
        var address = table.AddressOf(actor, message => actor.Tell((Count)message));
        to.Byte((byte)address.Owner);
        to.Byte((byte)address.Kind);
        to.Varint(address.Number);
        to.Text(address.Node);
    }

    private static IActorRef<object> ReadActor(ref PayloadReader from, ILinkTable table)
    {
        var owner = (LinkOwner)from.Byte() switch { LinkOwner.Ours => LinkOwner.Theirs, LinkOwner.Theirs => LinkOwner.Ours, var other => other };
        return table.ActorAt(new LinkAddress(owner, (LinkKind)from.Byte(), from.Varint(), from.Text()));
    }
}
