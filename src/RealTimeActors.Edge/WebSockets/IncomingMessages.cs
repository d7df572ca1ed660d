using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.WebSockets;

/// <summary>Makes client frames of the bytes that come in, in whatever pieces they come.</summary>
/// <remarks>Holds a buffer only while a WebSocket frame or message is there in part.</remarks>
internal sealed class IncomingMessages(WireFormat format, int frameBytesMax, int messageBytesMax)
{
    private readonly IFrameCodec _codec = FrameCodecs.For(format);
    private readonly int _opcode = format == WireFormat.WebSocketJson ? FrameHeader.Text : FrameHeader.Binary;

    /// <summary>The beginning of a frame whose end has not come yet. Rented.</summary>
    private byte[]? _partial;
    private int _partialBytes;

    /// <summary>The fragments so far of a message whose end has not come yet.</summary>
    private ArrayBufferWriter<byte>? _fragments;

    /// <summary>Takes all the bytes, adds the frames that are complete, and says how it goes on.</summary>
    internal IncomingOutcome Feed(in ReadOnlySequence<byte> bytes, List<ClientFrame> frames)
    {
        var buffer = Take(bytes, out var length);
        var at = 0;
        var outcome = ReadFrames(buffer.AsSpan(0, length), ref at, frames);
        if (outcome.Kind == IncomingKind.More && at < length)
            Keep(buffer, at, length);
        else
            ArrayPool<byte>.Shared.Return(buffer);

        return outcome;
    }

    /// <summary>What was kept and what came, in one piece that may be written to.</summary>
    private byte[] Take(in ReadOnlySequence<byte> bytes, out int length)
    {
        length = _partialBytes + (int)bytes.Length;
        byte[] buffer;
        if (_partial is not null && _partial.Length >= length)
        {
            buffer = _partial;
        }
        else
        {
            buffer = ArrayPool<byte>.Shared.Rent(length);
            _partial?.AsSpan(0, _partialBytes).CopyTo(buffer);
            if (_partial is not null)
                ArrayPool<byte>.Shared.Return(_partial);
        }

        bytes.CopyTo(buffer.AsSpan(_partialBytes));
        _partial = null;
        _partialBytes = 0;
        return buffer;
    }

    private void Keep(byte[] buffer, int at, int length)
    {
        var rest = buffer.AsSpan(at, length - at);
        _partialBytes = rest.Length;

        // Room for the whole frame at once where its length is known, so that a long one is not copied again with every read.
        var room = FrameHeader.TryRead(rest, out var header, out _) ? header.HeaderBytes + (int)header.PayloadBytes : rest.Length;
        if (at == 0 && buffer.Length >= room)
        {
            _partial = buffer;
            return;
        }

        _partial = ArrayPool<byte>.Shared.Rent(room);
        rest.CopyTo(_partial);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private IncomingOutcome ReadFrames(Span<byte> bytes, ref int at, List<ClientFrame> frames)
    {
        while (true)
        {
            if (!FrameHeader.TryRead(bytes[at..], out var header, out var error))
                return error is null ? default : Broken(1002, error);

            if (header.PayloadBytes + (_fragments?.WrittenCount ?? 0) > messageBytesMax)
                return Broken(1009, $"A message has at most {messageBytesMax} bytes.");

            if (bytes.Length - at < header.HeaderBytes + header.PayloadBytes)
                return default;

            var payload = bytes.Slice(at + header.HeaderBytes, (int)header.PayloadBytes);
            header.Unmask(payload);
            at += header.HeaderBytes + payload.Length;

            var outcome = header.IsControl ? ReadControl(header, payload, frames) : ReadData(header, payload, frames);
            if (outcome.Kind != IncomingKind.More)
                return outcome;
        }
    }

    private static IncomingOutcome ReadControl(FrameHeader header, ReadOnlySpan<byte> payload, List<ClientFrame> frames)
    {
        switch (header.Opcode)
        {
            case FrameHeader.Ping:
                frames.Add(new ClientFrame.TransportPing(payload.ToArray()));
                return default;
            case FrameHeader.Pong:
                return default;
            case var _ when payload.IsEmpty:
                return new IncomingOutcome(IncomingKind.PeerClosed);
            case var _ when payload.Length == 1:
                return Broken(1002, "A close frame has a status of two bytes, or nothing.");
        }

        int status = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!IsStatus(status))
            return Broken(1002, $"{status} is no status to close with.");

        return Utf8.IsValid(payload[2..]) ? new IncomingOutcome(IncomingKind.PeerClosed, status) : Broken(1007, "The reason of a close frame is UTF-8.");
    }

    private IncomingOutcome ReadData(FrameHeader header, ReadOnlySpan<byte> payload, List<ClientFrame> frames)
    {
        if (header.Opcode == FrameHeader.Continuation)
        {
            if (_fragments is null)
                return Broken(1002, "A continuation came, but no message has begun.");
        }
        else if (_fragments is not null)
        {
            return Broken(1002, "A message began before the one before it had ended.");
        }
        else if (header.Opcode != _opcode)
        {
            return Broken(1003, format == WireFormat.WebSocketJson
                ? $"{Handshake.JsonSubprotocol} is spoken in text messages." : $"{Handshake.ProtobufSubprotocol} is spoken in binary messages.");
        }

        if (header.IsFinal && _fragments is null)
            return Decode(payload, frames);

        _fragments ??= new ArrayBufferWriter<byte>(payload.Length + 256);
        _fragments.Write(payload);
        if (!header.IsFinal)
            return default;

        var message = _fragments;
        _fragments = null;
        return Decode(message.WrittenSpan, frames);
    }

    private IncomingOutcome Decode(ReadOnlySpan<byte> message, List<ClientFrame> frames) =>
        _codec.TryDecodeClient(message, frameBytesMax, frames) ? default : Broken(1007, "The message cannot be divided into frames (bad UTF-8, or a length beyond its end).");

    private static bool IsStatus(int status) => status is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);

    private static IncomingOutcome Broken(int status, string reason) => new(IncomingKind.Broken, status, reason);
}
