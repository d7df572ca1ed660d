using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.HttpSessions;

/// <summary>One <c>POST /v1/up</c>: what it asked that is not answered yet, and the answers on their way to it.</summary>
internal sealed class UpRequest
{
    private readonly Channel<ServerFrame> _answers = Channel.CreateUnbounded<ServerFrame>(new UnboundedChannelOptions { SingleReader = true });
    private readonly HashSet<long> _open = [];
    private int _unread;

    /// <summary>The answers, in the order in which they come; ends after the last.</summary>
    internal ChannelReader<ServerFrame> Answers => _answers.Reader;

    /// <summary>Answers that nobody has taken yet, because the client does not read them.</summary>
    internal int Unread => Volatile.Read(ref _unread);

    /// <summary>Takes the next answer that is there.</summary>
    internal bool TryTake([NotNullWhen(true)] out ServerFrame? frame)
    {
        if (!_answers.Reader.TryRead(out frame))
            return false;

        Interlocked.Decrement(ref _unread);
        return true;
    }

    /// <summary>Ids without an answer. Guarded by the transport.</summary>
    internal IReadOnlyCollection<long> Open => _open;

    /// <summary>Waits for one more answer; false: for that one it waits already.</summary>
    internal bool Expect(long id) => _open.Add(id);

    internal void Answer(ServerFrame frame)
    {
        _open.Remove(frame.Id);
        Write(frame);
        EndIfAnswered();
    }

    /// <summary>An answer that nobody waits for: it was asked in a way that cannot be.</summary>
    internal void Refuse(ServerFrame.Error error) => Write(error);

    /// <summary>Ends when nothing is open any more.</summary>
    internal void EndIfAnswered()
    {
        if (_open.Count == 0)
            _answers.Writer.TryComplete();
    }

    /// <summary>The connection has ended: what is open will not be answered, and this is why.</summary>
    internal void End(ServerFrame.Close? close)
    {
        if (close is not null)
            Write(close);

        _answers.Writer.TryComplete();
    }

    private void Write(ServerFrame frame)
    {
        if (_answers.Writer.TryWrite(frame))
            Interlocked.Increment(ref _unread);
    }
}
