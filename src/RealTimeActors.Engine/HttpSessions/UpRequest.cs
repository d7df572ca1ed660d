using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.HttpSessions;

/// <summary>One request of frames that come up: what it asked that is not answered yet, and the answers on their way to it. Guarded as the line is.</summary>
public abstract class UpRequest
{
    private readonly HashSet<long> _open = [];

    /// <summary>Answers that nobody has taken yet, because the client does not read them.</summary>
    public abstract int Unread { get; }

    /// <summary>Ids without an answer.</summary>
    internal IReadOnlyCollection<long> Open => _open;

    /// <summary>Takes one more answer for the client. Nothing comes after <see cref="Complete"/>.</summary>
    protected abstract void Write(ServerFrame frame);

    /// <summary>There are no more answers. May be called more than once.</summary>
    protected abstract void Complete();

    /// <summary>Waits for one more answer; false: for that one it waits already.</summary>
    internal bool Expect(long id) => _open.Add(id);

    internal void Answer(ServerFrame frame)
    {
        _open.Remove(frame.Id);
        Write(frame);
        EndIfAnswered();
    }

    /// <summary>An answer that does not settle what was asked: it was asked in a way that cannot be.</summary>
    internal void Refuse(ServerFrame frame) => Write(frame);

    /// <summary>Ends when nothing is open any more.</summary>
    internal void EndIfAnswered()
    {
        if (_open.Count == 0)
            Complete();
    }

    /// <summary>The connection has ended: what is open will not be answered, and this is why.</summary>
    internal void End(ServerFrame.Close? close)
    {
        if (close is not null)
            Write(close);

        Complete();
    }
}
