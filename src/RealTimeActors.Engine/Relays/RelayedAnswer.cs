using RealTimeActors.Actors;

namespace RealTimeActors.Engine.Relays;

/// <summary>
/// The answer to a request of another node, on its way there. First <see cref="NotHere"/>, which is all, or <see cref="Head"/>; then parts; then <see cref="End"/> or <see cref="Break"/>. Safe from anywhere.
/// </summary>
/// <remarks>What is written is held until the client has taken what came before: who writes waits for <see cref="Written"/>, as for a connection that is slow.</remarks>
public sealed class RelayedAnswer
{
    private readonly IActorRef<object> _relay;
    private readonly Queue<ReadOnlyMemory<byte>> _waiting = new();

    internal RelayedAnswer(IActorRef<object> relay, long from, long number) => (_relay, From, Number) = (relay, from, number);

    internal long From { get; }

    internal long Number { get; }

    /// <summary>So many bytes were taken by the client. Set within <see cref="IRelayServer.Serve"/>, or not at all; called by the relay.</summary>
    public Action<int>? Written { get; set; }

    /// <summary>Nobody waits for the answer any more. Set within <see cref="IRelayServer.Serve"/>, or not at all; called by the relay.</summary>
    public Action? Abandoned { get; set; }

    internal RelayedHead? UntoldHead { get; set; }

    internal RelayState State { get; set; }

    /// <summary>Who wants to know what follows; null: nobody just now.</summary>
    internal (object? Tag, IActorRef<RelayReply> ReplyTo)? Asker { get; set; }

    /// <summary>Since when somebody does, or nobody.</summary>
    internal long Since { get; set; }

    /// <summary>Bytes that the other node was given and has not said that it has.</summary>
    internal int UnderWayBytes { get; set; }

    /// <summary>Bytes that the client was given and has not taken.</summary>
    internal int UnwrittenBytes { get; set; }

    internal bool HasBytes => _waiting.Count > 0;

    /// <summary>It waits for others to be told that theirs are there.</summary>
    internal bool IsQueued { get; set; }

    internal bool IsOver { get; set; }

    /// <summary>How it begins.</summary>
    public void Head(RelayedHead head) => _relay.Tell(new RelayEvent.Headed(this, head));

    /// <summary>A part of the body. The bytes do not change any more.</summary>
    public void Write(ReadOnlyMemory<byte> bytes) => _relay.Tell(new RelayEvent.Wrote(this, bytes));

    /// <summary>It is complete.</summary>
    public void End() => _relay.Tell(new RelayEvent.Ended(this, RelayState.Ended));

    /// <summary>It breaks off, at once.</summary>
    public void Break() => _relay.Tell(new RelayEvent.Ended(this, RelayState.Broken));

    /// <summary>The connection is not here, or not any more: nothing was taken.</summary>
    public void NotHere() => _relay.Tell(new RelayEvent.NotHere(this));

    internal void Add(ReadOnlyMemory<byte> bytes)
    {
        if (!bytes.IsEmpty)
            _waiting.Enqueue(bytes);
    }

    /// <summary>How many bytes the next part has.</summary>
    internal int PartBytes(int max)
    {
        var bytes = 0;
        foreach (var piece in _waiting)
        {
            if (bytes > 0 && bytes + piece.Length > max)
                break;

            bytes += piece.Length;
        }

        return bytes;
    }

    internal ReadOnlyMemory<byte> TakePart(int bytes)
    {
        if (_waiting.Peek().Length == bytes)
            return _waiting.Dequeue();

        var part = new byte[bytes];
        for (var at = 0; at < bytes;)
        {
            var piece = _waiting.Dequeue();
            piece.CopyTo(part.AsMemory(at));
            at += piece.Length;
        }

        return part;
    }
}
