using System.Net.Sockets;

namespace RealTimeActors.Benchmarks.Load;

/// <summary>One WebSocket of the load side: a subscriber of one channel, or its publisher.</summary>
internal sealed class LoadConnection(int tag, Socket socket, LoadChannel channel)
{
    internal int Tag { get; } = tag;

    internal Socket Socket { get; } = socket;

    internal int Fd { get; } = (int)socket.Handle;

    internal LoadChannel Channel { get; } = channel;

    internal bool Subscribes { get; init; }

    /// <summary>The connection that was dropped and that this one takes the place of.</summary>
    internal LoadConnection? Former { get; init; }

    /// <summary>What its bytes go through; null without TLS.</summary>
    internal TlsSession? Tls { get; init; }

    internal LoadPublisher? Publisher { get; set; }

    /// <summary>Until the server has agreed to speak WebSocket.</summary>
    internal bool IsUpgrading { get; set; } = true;

    /// <summary>Greeted and, where it subscribes, subscribed.</summary>
    internal bool Ready { get; set; }

    /// <summary>True while it does not read what comes.</summary>
    internal bool IsStalled { get; set; }

    /// <summary>How fast it reads; null for as fast as it can.</summary>
    internal ReadPace? ReadPace { get; set; }

    /// <summary>What it has to show to be taken for the same again: the product's session, a peer's mark of its place.</summary>
    internal string? ResumeId { get; set; }

    /// <summary>The product's session key.</summary>
    internal string? ResumeKey { get; set; }

    /// <summary>The last offset that was seen or accounted for; the next event must have the one after it.</summary>
    internal long Offset { get; set; }

    /// <summary>The last offset that was acked.</summary>
    internal long Acked { get; set; }

    /// <summary>Events that the server said it left out; part of <see cref="Offset"/>, not of the deliveries.</summary>
    internal long Skipped { get; set; }

    /// <summary>What went wrong first; fails the run.</summary>
    internal string? Fault { get; set; }

    /// <summary>Set by a dialect when something has to be answered at once (a ping); written by the loop.</summary>
    internal bool MustPong { get; set; }

    /// <summary>Set by a dialect that has to say something of its own on the way in; the loop greets again.</summary>
    internal bool MustGreet { get; set; }

    // The WebSocket frame that is being read.
    internal long FrameLeft { get; set; }

    internal bool FrameEndsMessage { get; set; }

    // What did not make a whole protocol frame yet, followed by what did not make a whole WebSocket header yet.
    internal byte[] Carry { get; set; } = [];

    internal int CarriedPayload { get; set; }

    internal int CarriedRaw { get; set; }

    /// <summary>Bytes the socket did not take yet.</summary>
    internal byte[]? Unsent { get; set; }

    /// <summary>Counts one delivery. A hole or a repeat is a fault.</summary>
    internal void Deliver(long offset)
    {
        if (offset != Offset + 1)
        {
            Fault ??= $"'{Channel.Name}' sent offset {offset} where {Offset + 1} was due ({(offset > Offset ? "hole" : "repeat")})";
            return;
        }

        Offset = offset;
        Channel.Delivered++;
        Channel.Publisher?.OpenLoop?.Arrived(offset);
    }

    /// <summary>Counts one delivery where lanes overtake one another: of the urgent lane the n-th to come is the n-th that was sent, or it is a fault.</summary>
    internal void DeliverInLanes(bool isUrgent, long number)
    {
        if (!isUrgent)
        {
            Channel.Delivered++;
            return;
        }

        if (number != Offset + 1) Fault ??= $"'{Channel.Name}' sent critical event {number} where {Offset + 1} was due";
        Offset = number;
        Channel.UrgentPublisher!.OpenLoop!.Arrived(number);
    }

    /// <summary>A receipt of ours. With <paramref name="mustBePersisted"/> anything less is a fault.</summary>
    internal void Receipt(long id, long offset, bool persisted, bool mustBePersisted)
    {
        if (mustBePersisted && !persisted) Fault ??= $"publish {id} was not answered 'persisted'";
        else if (mustBePersisted && offset <= 0) Fault ??= $"publish {id} was persisted without an offset";
        else if (Publisher is null) Answer(id);
        else if (Publisher.Receipt(id, offset) is { } fault) Fault ??= fault;
    }

    /// <summary>An answer that names no offset: a peer's.</summary>
    internal void Answer(long id)
    {
        if (Publisher is null) Fault ??= $"an answer to publish {id} at a connection that publishes nothing";
        else if (Publisher.Answer(id) is { } fault) Fault ??= fault;
    }
}
