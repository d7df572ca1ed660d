using System.Buffers.Binary;
using RealTimeActors.Persistence.EventSourcing;

namespace RealTimeActors.Sharding.Tcp.Handshakes;

/// <summary>The messages of a handshake on a connection: four bytes length (little-endian), <c>RTNL</c>, version, kind, and what the kind says.</summary>
/// <remarks>The first eight bytes and <see cref="HandshakeKind.Refused"/> stay as they are in all versions, so that a node can say that it speaks another one. No more is read than a message has.</remarks>
internal sealed class HandshakeStream(Stream stream)
{
    internal const byte Version = 1;

    private const int BytesMax = 4_096;
    private const int HeadBytes = 6;
    private const int TextMax = 300;

    private readonly PayloadWriter _message = new();

    private static ReadOnlySpan<byte> Magic => "RTNL"u8;

    /// <summary>Begins a message.</summary>
    internal PayloadWriter Begin(HandshakeKind kind)
    {
        _message.Clear();
        _message.Raw([0, 0, 0, 0]);
        _message.Raw(Magic);
        _message.Byte(Version);
        _message.Byte((byte)kind);
        return _message;
    }

    /// <summary>Sends what was begun.</summary>
    internal async Task SendAsync(CancellationToken cancellationToken)
    {
        var bytes = _message.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - 4);
        await stream.WriteAsync(bytes, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    internal Task RefuseAsync(LinkRefusal refusal, string text, CancellationToken cancellationToken)
    {
        var to = Begin(HandshakeKind.Refused);
        to.Byte((byte)refusal);
        to.Text(text.Length <= TextMax ? text : text[..TextMax]);
        return SendAsync(cancellationToken);
    }

    /// <summary>The next message, without its head. Null: the other side ended before it sent a byte.</summary>
    /// <exception cref="HandshakeException">It is another one, or none.</exception>
    internal async Task<ReadOnlyMemory<byte>?> ReadAsync(HandshakeKind expected, CancellationToken cancellationToken)
    {
        var head = new byte[4 + HeadBytes];
        var read = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
            return null;

        // Records of TLS begin so: a handshake, or an alert of somebody who expected one.
        if (read > 1 && head[0] is 0x15 or 0x16 && head[1] == 0x03)
            throw new HandshakeException(LinkRefusal.Tls, "no TLS is expected here, and TLS came: cluster.tls is configured on one side only", isTold: true);

        if (read < head.Length || !head.AsSpan(4, 4).SequenceEqual(Magic))
            throw new HandshakeException(LinkRefusal.Unreadable, "the handshake of a node is expected; something else came");

        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length is < HeadBytes or > BytesMax)
            throw new HandshakeException(LinkRefusal.Unreadable, $"a message of {HeadBytes} to {BytesMax} bytes is expected in a handshake; one of {(uint)length} came");

        var body = new byte[length - HeadBytes];
        await stream.ReadExactlyAsync(body, cancellationToken);
        var kind = (HandshakeKind)head[9];
        if (kind == HandshakeKind.Refused)
            throw Refused(body);

        if (head[8] != Version)
            throw new HandshakeException(LinkRefusal.Version, $"version {Version} of the handshake is spoken here; version {head[8]} came");

        return kind == expected ? body : throw new HandshakeException(LinkRefusal.Unreadable, $"{expected} is expected here; kind {head[9]} came");
    }

    private static HandshakeException Refused(byte[] body)
    {
        var from = new PayloadReader(body);
        var refusal = (LinkRefusal)from.Byte();
        var text = from.Text() ?? "";
        return new HandshakeException(Enum.IsDefined(refusal) ? refusal : LinkRefusal.Unreadable, Printable(text), isTold: true);
    }

    /// <summary>What another node says goes into logs: in one line, and not for ever.</summary>
    internal static string Printable(string text) => string.Concat(text.Take(TextMax).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
}
