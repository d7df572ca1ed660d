using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>One link for both: what cluster actors tell each other, and the messages of everybody else. A byte says which it is.</summary>
/// <param name="messages">The codec of everybody else.</param>
public sealed class ClusterCodec(IMessageCodec messages) : IMessageCodec
{
    private const byte Message = 0;
    private const byte Talk = 1;
    private const byte Order = 2;

    /// <summary>Changes with the bytes that are written here, and with what stands for actors in all messages.</summary>
    private const string Version = "cluster-3";

    /// <inheritdoc/>
    public string Fingerprint { get; } = $"{Version}/{messages.Fingerprint}";

    /// <inheritdoc/>
    public void Write(object message, ILinkTable table, PayloadWriter to)
    {
        switch (message)
        {
            case ClusterTalk talk:
                to.Byte(Talk);
                ClusterTalkFormat.Write(talk, to);
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
            Talk => ClusterTalkFormat.Read(ref reader),
            Order => ReadOrder(ref reader),
            var other => throw new InvalidDataException($"A message begins with {Message}, {Talk} or {Order} between nodes; this one with {other}."),
        };
    }

    /// <inheritdoc/>
    public bool IsLast(object answer, object question) => messages.IsLast(answer, question);

    /// <inheritdoc/>
    public bool MayBePassedOn(object message) => messages.MayBePassedOn(message);

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
            case ClusterOrder.Undrain:
                to.Byte(4);
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
        4 => new ClusterOrder.Undrain(),
        3 => new ClusterOrder.Move((int)Math.Min(from.Varint(), int.MaxValue), from.Text() ?? ""),
        var other => throw new InvalidDataException($"A cluster's order of kind {other} is not known."),
    };
}
