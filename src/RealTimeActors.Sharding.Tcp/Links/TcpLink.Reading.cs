using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using RealTimeActors.Sharding.Links;
using RealTimeActors.Sharding.Tcp.Handshakes;

namespace RealTimeActors.Sharding.Tcp.Links;

/// <summary>Frames that come. The batches of one read are told together; a buffer is rented only while bytes come, and what is told lies in an array of its own, which the engine goes on using.</summary>
internal sealed partial class TcpLink
{
    private const int ReadBytes = 64 << 10;

    /// <summary>How often it is told that a long frame is still coming.</summary>
    private static readonly TimeSpan _stillComing = TimeSpan.FromMilliseconds(100);

    private byte[]? _buffer;
    private int _start;
    private int _end;
    private long _heardAt;
    private long _untaken;
    private volatile bool _isFull;
    private TaskCompletionSource? _room;

    /// <inheritdoc/>
    public void Took(int bytes)
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _untaken -= bytes;
            if (_untaken > _options.UntakenBytesMax && !_isEnded)
                return;

            (room, _room) = (_room, null);
        }

        room?.TrySetResult();
    }

    private async Task ReadAsync()
    {
        try
        {
            await ReadAllAsync();
            Lose("the other node closed the connection");
            Dispose();
        }
        catch (InvalidDataException fault)
        {
            Part(fault.Message, tells: true);
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            Lose(ReasonOf(fault));
            Dispose();
        }
        finally
        {
            Release();
        }
    }

    private async Task ReadAllAsync()
    {
        var isMore = false;
        while (true)
        {
            if (_start == _end && !isMore)
            {
                // Nothing is rented while nothing comes.
                Release();
                if (await _stream.ReadAsync(Memory<byte>.Empty) != 0)
                    throw new InvalidOperationException("bytes came where none were asked for");
            }

            _buffer ??= ArrayPool<byte>.Shared.Rent(ReadBytes);
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            var read = await ReadAsync(_buffer.AsMemory(_end));
            if (read == 0)
                return;

            _end += read;
            isMore = _end == _buffer.Length;
            if (!await TakeAsync(_buffer))
                return;
        }
    }

    private async ValueTask<int> ReadAsync(Memory<byte> to)
    {
        var read = await _stream.ReadAsync(to);
        Volatile.Write(ref _heardAt, _options.Time.GetTimestamp());
        _figures.Received(read);
        return read;
    }

    /// <summary>Takes every frame that is there as a whole, and the rest of one that is longer than the buffer. False: the other side has ended.</summary>
    private async ValueTask<bool> TakeAsync(byte[] buffer)
    {
        while (true)
        {
            var (frames, bytes) = WholeBatches(buffer);
            if (frames > 0)
                await TellAsync(Together(buffer, frames, bytes), frames);

            if (_end - _start < HeadBytes)
                return true;

            var (kind, length) = HeadAt(buffer, _start);
            var isWhole = length <= _end - _start - HeadBytes;
            if (!isWhole && length + HeadBytes <= buffer.Length)
                return true;

            switch (kind)
            {
                case FrameKind.Batch when await LongAsync(buffer, length) is { } batch:
                    await TellAsync(batch, 1);
                    break;
                case FrameKind.Beat when length == 0:
                    _start += HeadBytes;
                    break;
                case FrameKind.Bye when isWhole:
                    Lose($"the other node closed the connection: {HandshakeStream.Printable(Encoding.UTF8.GetString(buffer, _start + HeadBytes, length))}");
                    return false;
                case FrameKind.Batch:
                    return false;
                default:
                    throw new InvalidDataException($"a frame of kind {(byte)kind} with {length} bytes is not expected here");
            }
        }
    }

    /// <summary>How many batches stand one after the other from the start on, and how many bytes are in them.</summary>
    private (int Frames, int Bytes) WholeBatches(byte[] buffer)
    {
        var (frames, bytes, at) = (0, 0, _start);
        while (_end - at >= HeadBytes && HeadAt(buffer, at) is (FrameKind.Batch, var length) && length <= _end - at - HeadBytes)
        {
            frames++;
            bytes += length;
            at += HeadBytes + length;
        }

        return (frames, bytes);
    }

    private byte[] Together(byte[] buffer, int frames, int bytes)
    {
        var batch = GC.AllocateUninitializedArray<byte>(bytes);
        var to = batch.AsSpan();
        for (; frames > 0; frames--)
        {
            var length = HeadAt(buffer, _start).Length;
            buffer.AsSpan(_start + HeadBytes, length).CopyTo(to);
            to = to[length..];
            _start += HeadBytes + length;
        }

        return batch;
    }

    /// <summary>A batch that is longer than the buffer. It is told now and then that it is still coming, so that nobody takes that for silence. Null: the other side ended in it.</summary>
    private async ValueTask<byte[]?> LongAsync(byte[] buffer, int length)
    {
        var batch = GC.AllocateUninitializedArray<byte>(length);
        var filled = _end - _start - HeadBytes;
        buffer.AsSpan(_start + HeadBytes, filled).CopyTo(batch);
        (_start, _end) = (0, 0);
        var toldAt = _options.Time.GetTimestamp();
        while (filled < length)
        {
            var read = await ReadAsync(batch.AsMemory(filled));
            if (read == 0)
                return null;

            filled += read;
            if (_options.Time.GetElapsedTime(toldAt, _heardAt) < _stillComing)
                continue;

            toldAt = _heardAt;
            Tell(ReadOnlyMemory<byte>.Empty);
        }

        return batch;
    }

    private (FrameKind Kind, int Length) HeadAt(byte[] buffer, int at)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at + 1));
        return length >= 0 && length <= _options.FrameBytesMax
            ? ((FrameKind)buffer[at], length)
            : throw new InvalidDataException($"a frame of {(uint)length} bytes was sent; {_options.FrameBytesMax} are taken");
    }

    private async ValueTask TellAsync(byte[] batch, int frames)
    {
        _figures.ReceivedBatches(frames);
        Task? room = null;
        lock (_gate)
        {
            _untaken += batch.Length;
            if (_untaken > _options.UntakenBytesMax && !_isEnded)
                room = (_room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        Tell(batch);
        if (room is null)
            return;

        // Nobody listens to the other node meanwhile: its silence says nothing.
        _isFull = true;
        await room;
        Forgive();
        _isFull = false;
    }

    private void Tell(ReadOnlyMemory<byte> batch)
    {
        if (!_isEnded)
            _taker.Tell(new LinkEvent.Received(this, batch));
    }

    private void Release()
    {
        if (_buffer is not { } buffer)
            return;

        _buffer = null;
        (_start, _end) = (0, 0);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
