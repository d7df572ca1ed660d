using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.HttpSessions;

/// <summary>One <c>POST /v1/up</c>, and the answers on their way to it.</summary>
internal sealed class UpAnswers : UpRequest
{
    private readonly Channel<ServerFrame> _answers = Channel.CreateUnbounded<ServerFrame>(new UnboundedChannelOptions { SingleReader = true });
    private int _unread;

    public override int Unread => Volatile.Read(ref _unread);

    /// <summary>The answers, in the order in which they come; ends after the last.</summary>
    internal ChannelReader<ServerFrame> Answers => _answers.Reader;

    /// <summary>Takes the next answer that is there.</summary>
    internal bool TryTake([NotNullWhen(true)] out ServerFrame? frame)
    {
        if (!_answers.Reader.TryRead(out frame))
            return false;

        Interlocked.Decrement(ref _unread);
        return true;
    }

    protected override void Complete() => _answers.Writer.TryComplete();

    protected override void Write(ServerFrame frame)
    {
        if (_answers.Writer.TryWrite(frame))
            Interlocked.Increment(ref _unread);
    }
}
