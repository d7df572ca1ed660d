using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;

namespace RealTimeActors.Sharding.Tcp.Links;

/// <summary>Frames that leave: whatever waits goes in one write, as far as a buffer holds it. The buffer is rented only while something is sent.</summary>
internal sealed partial class TcpLink
{
    private const int WriteBytes = 128 << 10;

    // A pair of lists that take turns: one is filled while the other is sent.
    private List<Outgoing> _waiting = [];
    private List<Outgoing> _sending = [];
    private long _unsent;
    private long _writtenAt;
    private bool _isWriting;
    private bool _isParting;
    private bool _isTaken;

    /// <inheritdoc/>
    public bool Send(ReadOnlyMemory<byte> batch)
    {
        lock (_gate)
        {
            _isTaken = true;
            if (_isEnded)
                return true; // It will be told that it has ended.

            if (batch.Length <= _options.FrameBytesMax)
                return TryPut(new Outgoing(FrameKind.Batch, batch));
        }

        Part($"a batch of {batch.Length} bytes was to be sent; {_options.FrameBytesMax} are the most in one frame", tells: true);
        return true;
    }

    /// <summary>Sends what waits.</summary>
    void IThreadPoolWorkItem.Execute() => _ = WriteAsync();

    private void Beat()
    {
        lock (_gate)
        {
            // Whatever waits says as much. What is being written may have been heard already.
            if (!_isEnded && _waiting.Count == 0)
                TryPut(new Outgoing(FrameKind.Beat, default));
        }
    }

    private bool TryPut(Outgoing frame)
    {
        var bytes = HeadBytes + frame.Bytes.Length;
        if (_unsent + bytes > _options.UnsentBytesMax + HeadBytes)
            return false;

        _unsent += bytes;
        _waiting.Add(frame);
        if (_isOpen && !_isWriting)
        {
            _isWriting = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        return true;
    }

    private async Task WriteAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(WriteBytes);
        try
        {
            while (TryTake())
            {
                await WriteAsync(_sending, buffer);
                _sending.Clear();
            }
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            Lose(ReasonOf(fault));
            Dispose();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Takes everything that waits. When nothing does the writer ends, and a connection that parts says that nothing follows.</summary>
    private bool TryTake()
    {
        lock (_gate)
        {
            if (_waiting.Count > 0)
            {
                (_waiting, _sending) = (_sending, _waiting);
                return true;
            }

            _isWriting = false;
            if (_isParting && !_isClosed)
                _socket.Shutdown(SocketShutdown.Send);

            return false;
        }
    }

    private async Task WriteAsync(List<Outgoing> frames, byte[] buffer)
    {
        var filled = 0;
        _figures.SentBatches(frames.Count(static frame => frame.Kind == FrameKind.Batch));
        foreach (var frame in frames)
        {
            var bytes = frame.Bytes;
            if (filled + HeadBytes + bytes.Length > buffer.Length && filled > 0)
            {
                await WriteAsync(buffer.AsMemory(0, filled));
                filled = 0;
            }

            buffer[filled] = (byte)frame.Kind;
            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(filled + 1), bytes.Length);
            filled += HeadBytes;
            // What fills most of the buffer is sent from where it lies.
            if (filled + bytes.Length > buffer.Length)
            {
                await WriteAsync(buffer.AsMemory(0, filled));
                await WriteAsync(bytes);
                filled = 0;
            }
            else
            {
                bytes.CopyTo(buffer.AsMemory(filled));
                filled += bytes.Length;
            }
        }

        if (filled > 0)
            await WriteAsync(buffer.AsMemory(0, filled));
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        // Counted before: whoever hears of it on the other side finds it counted here.
        _figures.Sent(bytes.Length);
        await _stream.WriteAsync(bytes);
        Volatile.Write(ref _writtenAt, _options.Time.GetTimestamp());
        lock (_gate)
            _unsent = Math.Max(0, _unsent - bytes.Length);
    }
}
