using RealTimeActors.Actors;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Sharding.Tests.Links;

/// <summary>The tests' talk as bytes.</summary>
internal sealed class TalkCodec : IMessageCodec
{
    public string Fingerprint => "talk";

    public void Write(object message, ILinkTable table, PayloadWriter to)
    {
        switch (message)
        {
            case Talk.Ask ask:
                to.Byte(1);
                to.Text(ask.Text);
                WriteTag(ask.Tag, table, to);
                WriteActor(ask.ReplyTo, talk => ask.ReplyTo.Tell((Talk)talk), table, to);
                break;
            case Talk.Answer answer:
                to.Byte(2);
                to.Text(answer.Text);
                WriteTag(answer.Tag, table, to);
                break;
            case Talk.Introduce introduce:
                to.Byte(3);
                WriteActor(introduce.Actor, null, table, to);
                break;
        }
    }

    public object Read(ReadOnlyMemory<byte> from, ILinkTable table)
    {
        var reader = new PayloadReader(from);
        return reader.Byte() switch
        {
            1 => new Talk.Ask(reader.Text()!, ReadTag(ref reader, table), ReadActor(ref reader, table)),
            2 => new Talk.Answer(reader.Text()!, ReadTag(ref reader, table)),
            3 => new Talk.Introduce(ReadActor(ref reader, table)),
            _ => throw new InvalidDataException("no talk"),
        };
    }

    public bool IsLast(object answer, object question) => answer is not Talk.Answer { Text: "wait" };

    public bool MayBePassedOn(object message) => message is not Talk.Ask { Text: "for you" };

    private static void WriteTag(object? tag, ILinkTable table, PayloadWriter to)
    {
        to.Byte(tag is null ? (byte)0 : (byte)1);
        if (tag is null)
            return;

        var (number, isOurs) = table.NumberOfTag(tag);
        to.Varint(number);
        to.Byte(isOurs ? (byte)1 : (byte)0);
    }

    private static object? ReadTag(ref PayloadReader from, ILinkTable table) => from.Byte() == 0 ? null : table.TagOf(from.Varint(), from.Byte() == 0);

    private static void WriteActor(IActorRef actor, Action<object>? tell, ILinkTable table, PayloadWriter to)
    {
        var address = table.AddressOf(actor, tell);
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
