using System.Threading.Channels;
using RealTimeActors.Engine.Relays;

namespace RealTimeActors.Edge.Relays;

/// <summary>A request that another node answers: what comes of it, for the thread that writes it to the client.</summary>
/// <param name="abort">Ends the client's request in the middle of a write.</param>
internal sealed class PassedOn(Action abort) : RelayCall
{
    // A part at a time, and the next one when it was written.
    private readonly Channel<Part> _parts = Channel.CreateUnbounded<Part>(new UnboundedChannelOptions { SingleReader = true });
    private volatile bool _isOver;

    /// <summary>The head first, then bytes; ends after the last.</summary>
    internal ChannelReader<Part> Parts => _parts.Reader;

    /// <summary>Why nothing came; null: something did.</summary>
    internal RelayRefusal? Refusal { get; private set; }

    /// <summary>Nothing comes any more.</summary>
    internal bool IsOver => _isOver;

    protected override void Began(RelayedHead head) => _parts.Writer.TryWrite(new Part(head, default));

    protected override void Came(ReadOnlyMemory<byte> bytes) => _parts.Writer.TryWrite(new Part(null, bytes));

    protected override void Ended() => Finish();

    protected override void Broke()
    {
        // It may be in the middle of a write that its client does not take.
        abort();
        Finish();
    }

    protected override void NotTaken(RelayRefusal why)
    {
        Refusal = why;
        Finish();
    }

    private void Finish()
    {
        _isOver = true;
        _parts.Writer.TryComplete();
    }

    /// <param name="Head">How the answer begins; null: that was said.</param>
    /// <param name="Bytes">Of its body.</param>
    internal readonly record struct Part(RelayedHead? Head, ReadOnlyMemory<byte> Bytes);
}
