using RealTimeActors.Actors;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Sharding.Tests.Cluster;

/// <summary>Counters as bytes.</summary>
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
                throw new InvalidDataException("no count");
        }
    }

    public bool IsLast(object answer, object question) => true;

    public bool MayBePassedOn(object message) => message is Count.Add;

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
