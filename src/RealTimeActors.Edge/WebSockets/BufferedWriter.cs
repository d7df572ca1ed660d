using System.Buffers;
using RealTimeActors.Protocol.Framing;

namespace RealTimeActors.Edge.WebSockets;

/// <summary>Writes to the upgraded stream, for connections whose socket is not ours to write to (TLS): a bounded buffer and one flush at a time.</summary>
internal sealed class BufferedWriter(IWireOwner owner, Stream stream, int bytesMax = 262_144) : WireWriter(owner)
{
    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte>? _waiting;
    private bool _refused;
    private bool _ended;
    private Task _flushing = Task.CompletedTask;
    private bool _isFlushing;

    /// <remarks>The bound may be overstepped by one message, so that only whole messages are taken.</remarks>
    internal override int Send(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_ended)
                return bytes.Length;

            var room = bytesMax - (_waiting?.WrittenCount ?? 0);
            var taken = room <= 0 ? 0 : bytes.Length <= room ? bytes.Length : MessageBounds.EndOfMessageAt(bytes, room - 1);
            _refused = taken < bytes.Length;
            Enqueue(bytes[..taken]);
            return taken;
        }
    }

    internal override void SendLast(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_ended)
                return;

            Enqueue(bytes);
            _ended = true;
        }
    }

    internal override Task EndAsync()
    {
        lock (_gate)
        {
            _ended = true;
            return _flushing;
        }
    }

    private void Enqueue(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;

        (_waiting ??= new ArrayBufferWriter<byte>(Math.Max(bytes.Length, 1024))).Write(bytes);
        if (_isFlushing)
            return;

        _isFlushing = true;
        _flushing = Task.Run(FlushAsync);
    }

    private async Task FlushAsync()
    {
        while (TakeWaiting(out var bytes, out var tell))
        {
            if (tell)
                Owner.OnWritable();

            try
            {
                await stream.WriteAsync(bytes);
                await stream.FlushAsync();
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                lock (_gate)
                {
                    _ended = true;
                    _waiting = null;
                }

                Owner.OnFailed();
                return;
            }
        }
    }

    /// <summary>What waits is taken out as a whole, so that as much again may come while it is written.</summary>
    private bool TakeWaiting(out ReadOnlyMemory<byte> bytes, out bool tell)
    {
        lock (_gate)
        {
            bytes = _waiting?.WrittenMemory ?? default;
            _waiting = null;
            _isFlushing = bytes.Length > 0;
            tell = _refused && !_ended;
            if (tell)
                _refused = false;

            return _isFlushing;
        }
    }
}
