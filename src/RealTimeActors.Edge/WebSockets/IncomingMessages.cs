using System.Buffers;
using System.Runtime.InteropServices;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Framing;

namespace RealTimeActors.Edge.WebSockets;

/// <summary>Makes client frames of the bytes that come in, in whatever pieces they come.</summary>
/// <remarks>Holds a buffer only while a WebSocket message is there in part.</remarks>
internal sealed class IncomingMessages(WireFormat format, EdgeOptions options, TimeProvider time) : IDisposable
{
    private const int NoStatus = 1005;

    [ThreadStatic]
    private static IncomingMessages? _spare;

    private readonly IFrameCodec _codec = FrameCodecs.For(format);
    private readonly WebSocketRead _kind = format.Uncompressed() == WireFormat.WebSocketJson ? WebSocketRead.Text : WebSocketRead.Binary;
    private readonly WebSocketReader _reader = new(expectMasked: true, options.MessageBytesMax, format.IsCompressed());
    private LightFrameBudget _budget = new(options.ControlFramesPerSecond);
    private int _lightFrames;
    private long _inflatedTaken;
    private long _messageSince;
    private bool _isWithinMessage;

    /// <summary>What is left of the connection's light frames: to be carried along where readers are shared.</summary>
    internal LightFrameBudget Budget
    {
        get => _budget;
        set => _budget = value;
    }

    /// <summary>By how much the compressed messages grew since this was asked last.</summary>
    internal int TakeInflatedBytes()
    {
        var bytes = (int)(_reader.InflatedBytes - _inflatedTaken);
        _inflatedTaken = _reader.InflatedBytes;
        return bytes;
    }

    /// <summary>Whether part of a message is held here.</summary>
    internal bool IsWithinMessage => _reader.IsWithinMessage;

    /// <summary>One that holds nothing: connections that are between two messages need none of their own.</summary>
    internal static IncomingMessages Rent(WireFormat format, EdgeOptions options, TimeProvider time)
    {
        var spare = _spare;
        _spare = null;
        return spare is not null && spare.IsFor(format, options, time) ? spare : new IncomingMessages(format, options, time);
    }

    /// <summary>Takes one back that holds nothing.</summary>
    internal static void GiveBack(IncomingMessages incoming) => _spare = incoming;

    /// <summary>Takes all the bytes, adds the frames that are complete, and says how it goes on. The bytes are changed (unmasked) where they lie.</summary>
    internal IncomingOutcome Feed(in ReadOnlySequence<byte> bytes, List<ClientFrame> frames)
    {
        if (bytes.IsSingleSegment)
            return Feed(MemoryMarshal.AsMemory(bytes.First).Span, frames);

        // In one piece, so that a message across two of the server's segments is not gathered by the reader bit by bit.
        var length = (int)bytes.Length;
        var gathered = ArrayPool<byte>.Shared.Rent(length);
        bytes.CopyTo(gathered);
        var outcome = Feed(gathered.AsSpan(0, length), frames);
        ArrayPool<byte>.Shared.Return(gathered);
        return outcome;
    }

    /// <summary>The same of bytes in one piece.</summary>
    internal IncomingOutcome Feed(Span<byte> bytes, List<ClientFrame> frames)
    {
        while (true)
        {
            var read = _reader.Read(bytes, out var consumed, out var payload);
            bytes = bytes[consumed..];
            if (_reader.LightFrames != _lightFrames && !TakeLightFrames(_reader.LightFrames - _lightFrames))
                return Flooding();

            switch (read)
            {
                case WebSocketRead.NeedsMore:
                    return JudgeSlowness();
                case WebSocketRead.Close:
                    return new IncomingOutcome(IncomingKind.PeerClosed, _reader.Status == NoStatus ? null : _reader.Status);
                case WebSocketRead.Violation:
                    return Broken(_reader.Status, _reader.Reason);
                case WebSocketRead.Ping:
                    frames.Add(new ClientFrame.TransportPing(payload.ToArray()));
                    break;
                case WebSocketRead.Pong:
                    break;
                default:
                    if (read != _kind)
                        return Broken(1003, _kind == WebSocketRead.Text ? "This subprotocol is spoken in text messages." : "This subprotocol is spoken in binary messages.");

                    _isWithinMessage = false;
                    var before = frames.Count;
                    if (!_codec.TryDecodeClient(payload, options.FrameBytesMax, frames))
                        return Broken(1007, "The message cannot be divided into frames: a length points beyond its end, or it is not UTF-8.");

                    // A blank line, say. (What has no bytes at all was counted by the reader.)
                    if (frames.Count == before && !payload.IsEmpty && !TakeLightFrames(1))
                        return Flooding();

                    break;
            }
        }
    }

    public void Dispose() => _reader.Dispose();

    private bool IsFor(WireFormat otherFormat, EdgeOptions otherOptions, TimeProvider otherTime) =>
        otherFormat == format && ReferenceEquals(otherOptions, options) && ReferenceEquals(otherTime, time);

    /// <summary>Counted before anything is made of them: a ping costs its sender six bytes, and an answer here.</summary>
    private bool TakeLightFrames(int count)
    {
        _lightFrames = _reader.LightFrames;
        return _budget.TryTake(count, time);
    }

    /// <summary>A part of a message is held here; it must not be for ever. (A client that sends nothing at all any more is found by the heartbeat.)</summary>
    private IncomingOutcome JudgeSlowness()
    {
        if (!_reader.IsWithinMessage)
        {
            _isWithinMessage = false;
            return default;
        }

        var now = time.GetTimestamp();
        if (!_isWithinMessage)
            _messageSince = now;

        _isWithinMessage = true;
        return time.GetElapsedTime(_messageSince, now) <= options.MessageWithin
            ? default
            : Broken(CloseCode.MessageTooSlow, $"A message is expected to be complete within {options.MessageWithin.TotalSeconds:0.#} s; this one is not.");
    }

    private IncomingOutcome Flooding() => Broken(
        CloseCode.Flooding, $"At most {options.ControlFramesPerSecond} pings, pongs, empty messages and small fragments a second are taken; more came.");

    private static IncomingOutcome Broken(int status, string reason) => new(IncomingKind.Broken, status, reason);
}
