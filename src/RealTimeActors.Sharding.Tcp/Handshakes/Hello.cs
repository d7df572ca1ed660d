using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Persistence.Membership;

namespace RealTimeActors.Sharding.Tcp.Handshakes;

/// <summary>What a node says that dials another.</summary>
/// <param name="HasSecret">Whether it can prove that it knows one.</param>
/// <param name="Cluster">Its cluster's name.</param>
/// <param name="Fingerprint">What its messages look like.</param>
/// <param name="From">Who it is.</param>
/// <param name="Address">Where it says that it is reached.</param>
/// <param name="To">Whom it calls.</param>
/// <param name="Nonce">Never used before.</param>
internal sealed record Hello(bool HasSecret, string Cluster, string Fingerprint, NodeIncarnation From, string Address, NodeIncarnation To, ReadOnlyMemory<byte> Nonce)
{
    internal const int NonceBytes = 32;

    internal void Write(PayloadWriter to)
    {
        to.Byte(HasSecret ? (byte)1 : (byte)0);
        to.Text(Cluster);
        to.Text(Fingerprint);
        to.Text(From.Node);
        to.Varint(From.Number);
        to.Text(Address);
        to.Text(To.Node);
        to.Varint(To.Number);
        to.Raw(Nonce.Span);
    }

    internal static Hello Read(ref PayloadReader from) => new(
        from.Byte() != 0,
        from.Text() ?? "",
        from.Text() ?? "",
        new NodeIncarnation(from.Text() ?? "", from.Varint()),
        from.Text() ?? "",
        new NodeIncarnation(from.Text() ?? "", from.Varint()),
        from.Raw(NonceBytes));
}
