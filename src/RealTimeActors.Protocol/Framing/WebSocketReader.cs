using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace RealTimeActors.Protocol.Framing;

/// <summary>
/// Reads WebSocket messages (RFC 6455) from bytes that come in pieces of any size. A message that lies whole in one piece is unmasked where it is and not
/// copied; memory is rented only while part of a message is held.
/// </summary>
/// <remarks>Not safe for two callers at once. After <see cref="WebSocketRead.Close"/> or <see cref="WebSocketRead.Violation"/> it goes on saying the same.</remarks>
public sealed class WebSocketReader : IDisposable
{
    /// <summary>The most frames of one message: an empty fragment costs its sender 6 bytes, so they are counted.</summary>
    public const int FragmentsMax = 1024;

    /// <summary>RSV1 of a message's first frame: its payload is compressed (RFC 7692).</summary>
    internal const byte CompressedBit = 0x40;

    /// <summary>A fragment with fewer bytes costs more to read than it brings.</summary>
    private const int FragmentBytesSmall = 64;
    private const int ControlBytesMax = 125;
    private const int HeldBytesFirst = 4096;
    private readonly bool _expectMasked;
    private readonly bool _takesCompressed;
    private readonly int _messageBytesMax;
    private HeaderBytes _header;
    private int _headerBytes;
    private byte[]? _message;
    private int _messageBytes;
    private int _fragments;
    private bool _isMessageDone;
    private byte[]? _control;
    private int _controlBytes;
    private WebSocketOpcode _messageOpcode;
    private WebSocketOpcode _opcode;
    private bool _isFinal;
    private bool _isCompressed;
    private bool _isInPayload;
    private uint _mask;
    private int _payloadBytes;
    private int _payloadDone;
    private WebSocketRead _end;

    /// <summary>A reader of one direction of one connection.</summary>
    /// <param name="expectMasked">True: reads what a client sends (masked). False: what a server sends (not masked).</param>
    /// <param name="messageBytesMax">The most bytes of one message, judged by the declared lengths before anything is kept.</param>
    /// <param name="takesCompressed">Whether permessage-deflate was agreed, without context takeover.</param>
    public WebSocketReader(bool expectMasked = true, int messageBytesMax = Limits.MessageBytesMax, bool takesCompressed = false)
    {
        _expectMasked = expectMasked;
        _takesCompressed = takesCompressed;
        _messageBytesMax = messageBytesMax;
    }

    /// <summary>After <see cref="WebSocketRead.Close"/>: the peer's status, 1005 where it gave none. After <see cref="WebSocketRead.Violation"/>: the status to close
    /// with: 1002 protocol, 1007 not UTF-8, 1009 too big.</summary>
    public int Status { get; private set; }

    /// <summary>What goes with <see cref="Status"/>.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Bytes that are held until their message is complete.</summary>
    public int HeldBytes => _headerBytes + _messageBytes + _controlBytes;

    /// <summary>By how much all compressed messages so far grew: who bounds what is received counts them as what they became.</summary>
    public long InflatedBytes { get; private set; }

    /// <summary>How many frames came so far that bring little or nothing and cost their sender next to nothing: control frames, empty messages, fragments of
    /// fewer than 64 bytes. Who reads decides how many are too many.</summary>
    public int LightFrames { get; private set; }

    /// <summary>Whether a message or control frame has begun and is not complete.</summary>
    public bool IsWithinMessage => _fragments > 0 || _isInPayload || _headerBytes > 0;

    /// <summary>Reads on to the next complete message or control frame.</summary>
    /// <param name="input">What came after the bytes consumed before; it is unmasked in place.</param>
    /// <param name="consumed">How much of it is dealt with: call again with the rest, also after <see cref="WebSocketRead.NeedsMore"/> (then it is all).</param>
    /// <param name="payload">Of the message or control frame; good until the next call, or until <paramref name="input"/> is reused.</param>
    public WebSocketRead Read(Span<byte> input, out int consumed, out ReadOnlySpan<byte> payload)
    {
        consumed = 0;
        payload = default;
        Forget();
        while (_end is WebSocketRead.NeedsMore)
        {
            if (!_isInPayload)
            {
                if (!TryHeader(input, ref consumed))
                    break;

                _isInPayload = true;
            }

            var room = Math.Min(_payloadBytes - _payloadDone, input.Length - consumed);
            var piece = input.Slice(consumed, room);
            if (_expectMasked)
                WebSocketHeader.ApplyMask(piece, _mask, _payloadDone);

            consumed += room;
            var isWhole = room == _payloadBytes;
            _payloadDone += room;
            var isComplete = _payloadDone == _payloadBytes;
            if (_opcode >= WebSocketOpcode.Close)
            {
                if (!isWhole)
                    Hold(piece, ref _control, ref _controlBytes, ControlBytesMax);

                if (!isComplete)
                    break;

                _isInPayload = false;
                payload = isWhole ? piece : _control.AsSpan(0, _controlBytes);
                return Control(payload);
            }

            // One frame, one message, in one piece: the usual case, and nothing is copied.
            if (isWhole && _isFinal && _messageBytes == 0)
            {
                payload = piece;
            }
            else
            {
                Hold(piece, ref _message, ref _messageBytes, _messageBytesMax);
                payload = _message.AsSpan(0, _messageBytes);
            }

            if (!isComplete)
                break;

            _isInPayload = false;
            if (!_isFinal)
                continue;

            _fragments = 0;
            _isMessageDone = true;
            if (_isCompressed && !TryInflate(ref payload))
                break;

            if (_messageOpcode is WebSocketOpcode.Binary)
                return WebSocketRead.Binary;

            return Utf8.IsValid(payload) ? WebSocketRead.Text : Violate(1007, "Text is expected to be UTF-8.");
        }

        payload = default;
        return _end;
    }

    /// <summary>Gives back what is held.</summary>
    public void Dispose()
    {
        Release(ref _message, ref _messageBytes);
        Release(ref _control, ref _controlBytes);
    }

    /// <summary>Lets go of what the last call handed out.</summary>
    private void Forget()
    {
        if (_isMessageDone)
        {
            _isMessageDone = false;
            Release(ref _message, ref _messageBytes);
        }

        if (!_isInPayload)
            Release(ref _control, ref _controlBytes);
    }

    private bool TryHeader(ReadOnlySpan<byte> input, ref int consumed)
    {
        var header = (Span<byte>)_header;
        while (true)
        {
            var needed = HeaderBytesNeeded(header);
            if (_headerBytes == needed)
                break;

            if (consumed == input.Length)
                return false;

            var taken = Math.Min(needed - _headerBytes, input.Length - consumed);
            input.Slice(consumed, taken).CopyTo(header[_headerBytes..]);
            _headerBytes += taken;
            consumed += taken;
        }

        var bytes = _headerBytes;
        _headerBytes = 0;
        return TryJudge(header[..bytes]);
    }

    private int HeaderBytesNeeded(ReadOnlySpan<byte> header)
    {
        if (_headerBytes < 2)
            return 2;

        var needed = (header[1] & 0x7F) switch { 126 => 4, 127 => 10, _ => 2 };
        return (header[1] & 0x80) != 0 ? needed + 4 : needed;
    }

    private bool TryJudge(ReadOnlySpan<byte> header)
    {
        _isFinal = (header[0] & 0x80) != 0;
        _opcode = (WebSocketOpcode)(header[0] & 0x0F);
        var isMasked = (header[1] & 0x80) != 0;
        ulong length = (ulong)(header[1] & 0x7F);
        if (length == 126)
            length = BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
        else if (length == 127)
            length = BinaryPrimitives.ReadUInt64BigEndian(header[2..]);

        _mask = isMasked ? BinaryPrimitives.ReadUInt32BigEndian(header[^4..]) : 0;
        var isCompressed = _takesCompressed && (header[0] & 0x70) == CompressedBit && _opcode is (WebSocketOpcode.Text or WebSocketOpcode.Binary);
        if ((header[0] & 0x70) != 0 && !isCompressed)
            return Refuse(1002, _takesCompressed ? "A reserved bit is set where the agreed extension has none." : "A reserved bit is set, and no extension was agreed.");

        if (isMasked != _expectMasked)
            return Refuse(1002, _expectMasked ? "A client masks its frames; this one is not masked." : "A server does not mask its frames; this one is masked.");

        if (((header[1] & 0x7F) == 126 && length < 126) || ((header[1] & 0x7F) == 127 && length <= ushort.MaxValue))
            return Refuse(1002, "The length of a frame is expected in as few bytes as it needs.");

        if (_opcode is WebSocketOpcode.Close or WebSocketOpcode.Ping or WebSocketOpcode.Pong)
        {
            if (!_isFinal || length > ControlBytesMax)
                return Refuse(1002, $"A control frame is one frame of at most {ControlBytesMax} bytes.");
        }
        else if (_opcode > WebSocketOpcode.Binary)
        {
            return Refuse(1002, $"There is no opcode {(int)_opcode}.");
        }
        else
        {
            if (_opcode is WebSocketOpcode.Continuation == (_fragments == 0))
                return Refuse(1002, _fragments == 0 ? "A message cannot begin with a continuation." : "A message began before the one before it had ended.");

            if (++_fragments > FragmentsMax)
                return Refuse(1009, $"A message has at most {FragmentsMax} fragments.");

            if (length > (ulong)(_messageBytesMax - _messageBytes))
                return Refuse(1009, $"A message has at most {_messageBytesMax} bytes.");

            if (_opcode is not WebSocketOpcode.Continuation)
            {
                _messageOpcode = _opcode;
                _isCompressed = isCompressed;
            }
        }

        if (_opcode >= WebSocketOpcode.Close || length == 0 || (length < FragmentBytesSmall && (!_isFinal || _opcode is WebSocketOpcode.Continuation)))
            LightFrames++;

        _payloadBytes = (int)length;
        _payloadDone = 0;
        return true;
    }

    /// <summary>The message as it was before it was compressed, held until the next call.</summary>
    private bool TryInflate(ref ReadOnlySpan<byte> payload)
    {
        if (!MessageDeflate.TryInflate(payload, _messageBytesMax, out var inflated, out var bytes))
            return Refuse(1007, "The payload is not compressed as agreed (RFC 7692).");

        InflatedBytes += Math.Max(0, bytes - payload.Length);
        Release(ref _message, ref _messageBytes);
        (_message, _messageBytes) = (inflated, bytes);
        payload = inflated.AsSpan(0, bytes);
        return bytes <= _messageBytesMax || Refuse(1009, $"A message has at most {_messageBytesMax} bytes, decompressed.");
    }

    private WebSocketRead Control(ReadOnlySpan<byte> payload)
    {
        if (_opcode is not WebSocketOpcode.Close)
            return _opcode is WebSocketOpcode.Ping ? WebSocketRead.Ping : WebSocketRead.Pong;

        if (payload.Length == 1)
            return Violate(1002, "A close frame has a status of two bytes, or nothing.");

        var status = payload.IsEmpty ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!payload.IsEmpty && status is not (>= 1000 and <= 1003 or >= 1007 and <= 1014 or >= 3000 and <= 4999))
            return Violate(1002, $"{status} is no status that a close frame may carry.");

        var reason = payload.IsEmpty ? payload : payload[2..];
        if (!Utf8.IsValid(reason))
            return Violate(1007, "The reason of a close frame is expected to be UTF-8.");

        Status = status;
        Reason = Encoding.UTF8.GetString(reason);
        return _end = WebSocketRead.Close;
    }

    private WebSocketRead Violate(int status, string reason)
    {
        Refuse(status, reason);
        return _end;
    }

    private bool Refuse(int status, string reason)
    {
        Status = status;
        Reason = reason;
        _end = WebSocketRead.Violation;
        Dispose();
        return false;
    }

    /// <summary>Keeps a piece. What is rented grows with what came, not with what was declared.</summary>
    private static void Hold(ReadOnlySpan<byte> piece, ref byte[]? held, ref int bytes, int bytesMax)
    {
        if (piece.IsEmpty)
            return;

        if (held is null || held.Length - bytes < piece.Length)
        {
            var wanted = Math.Max(bytes + piece.Length, Math.Min(bytesMax, Math.Max(HeldBytesFirst, bytes * 2)));
            var larger = ArrayPool<byte>.Shared.Rent(wanted);
            held.AsSpan(0, bytes).CopyTo(larger);
            if (held is not null)
                ArrayPool<byte>.Shared.Return(held);

            held = larger;
        }

        piece.CopyTo(held.AsSpan(bytes));
        bytes += piece.Length;
    }

    private static void Release(ref byte[]? held, ref int bytes)
    {
        if (held is not null)
            ArrayPool<byte>.Shared.Return(held);

        held = null;
        bytes = 0;
    }

    [InlineArray(WebSocketHeader.ClientBytesMax)]
    private struct HeaderBytes
    {
        private byte _first;
    }
}
