using System.Threading.Channels;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.Tests.Support;

/// <summary>Core's end of a transport, in the hands of a test.</summary>
internal sealed class ScriptedConnection(ITransport transport) : IConnection
{
    private readonly Channel<ClientFrame> _frames = Channel.CreateUnbounded<ClientFrame>();
    private readonly Channel<bool> _writable = Channel.CreateUnbounded<bool>();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _unconsumed;
    private long _unconsumedMax;

    internal ITransport Transport => transport;

    /// <summary>Deals with everything at once. When false, the test calls <see cref="ITransport.Consumed"/> itself.</summary>
    internal bool ConsumesAtOnce { get; set; } = true;

    internal long UnconsumedBytes => Interlocked.Read(ref _unconsumed);

    /// <summary>The most bytes that were ever handed over and not dealt with.</summary>
    internal long UnconsumedBytesMax => Interlocked.Read(ref _unconsumedMax);

    internal int CallsAfterClosed { get; private set; }

    public void Received(IReadOnlyList<ClientFrame> frames, int bytes)
    {
        CountCall();
        var now = Interlocked.Add(ref _unconsumed, bytes);
        Interlocked.Exchange(ref _unconsumedMax, Math.Max(now, UnconsumedBytesMax));
        foreach (var frame in frames)
            _frames.Writer.TryWrite(frame);

        if (ConsumesAtOnce)
            Consume(bytes);
    }

    public void Writable()
    {
        CountCall();
        _writable.Writer.TryWrite(true);
    }

    public void Closed()
    {
        CountCall();
        _closed.TrySetResult();
        _frames.Writer.TryComplete();
    }

    internal void Consume(int bytes)
    {
        Interlocked.Add(ref _unconsumed, -bytes);
        transport.Consumed(bytes);
    }

    internal async Task<T> NextAsync<T>()
        where T : ClientFrame => Assert.IsType<T>(await _frames.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit));

    /// <summary>The next frame, whatever it is; null when the connection has closed and there is none any more.</summary>
    internal async Task<ClientFrame?> TryNextAsync() =>
        await _frames.Reader.WaitToReadAsync().AsTask().WaitAsync(Patience.Limit) && _frames.Reader.TryRead(out var frame) ? frame : null;

    internal Task WhenWritableAsync() => _writable.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);

    internal Task WhenClosedAsync() => _closed.Task.WaitAsync(Patience.Limit);

    private void CountCall()
    {
        if (_closed.Task.IsCompleted)
            CallsAfterClosed++;
    }
}
