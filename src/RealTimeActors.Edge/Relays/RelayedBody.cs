using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using RealTimeActors.Engine.Relays;

namespace RealTimeActors.Edge.Relays;

/// <summary>The body of an answer that goes to another node and from there to the client. A flush ends when the client has taken what was written, as far as the other node sees: a slow client is slow here, too.</summary>
internal sealed class RelayedBody(HttpResponse response, RelayedAnswer answer) : PipeWriter, IHttpResponseBodyFeature
{
    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte>? _unflushed;
    private TaskCompletionSource? _written;
    private Stream? _stream;
    private bool _isHeadTold;
    private bool _isAbandoned;

    public PipeWriter Writer => this;

    public Stream Stream => _stream ??= AsStream(leaveOpen: true);

    public override void Advance(int bytes) => _unflushed!.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => (_unflushed ??= new ArrayBufferWriter<byte>(256)).GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        TellHead();
        if (_unflushed is { WrittenCount: > 0 } unflushed)
        {
            // Nothing is held while nothing moves.
            _unflushed = null;
            await WriteAllAsync(unflushed.WrittenMemory).WaitAsync(cancellationToken);
        }

        lock (_gate)
            return new FlushResult(isCanceled: false, isCompleted: _isAbandoned);
    }

    public override void CancelPendingFlush() => throw new NotSupportedException("A flush ends with the token that it was given, or with the request.");

    public override void Complete(Exception? exception = null)
    {
    }

    public void DisableBuffering()
    {
    }

    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        TellHead();
        return Task.CompletedTask;
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException("No answer of a connection is a file.");

    public async Task CompleteAsync()
    {
        await FlushAsync();
        answer.End();
    }

    /// <summary>The client has what was written.</summary>
    internal void Written()
    {
        lock (_gate)
            _written?.TrySetResult();
    }

    /// <summary>Nobody takes anything any more.</summary>
    internal void Abandon()
    {
        lock (_gate)
        {
            _isAbandoned = true;
            _written?.TrySetResult();
        }
    }

    private Task WriteAllAsync(ReadOnlyMemory<byte> bytes)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isAbandoned)
                return Task.CompletedTask;

            _written = written;
        }

        answer.Write(bytes);
        return written.Task;
    }

    private void TellHead()
    {
        if (_isHeadTold)
            return;

        _isHeadTold = true;
        answer.Head(new RelayedHead(response.StatusCode, [.. response.Headers.Select(header => new RelayedField(header.Key, header.Value.ToString()))]));
    }
}
