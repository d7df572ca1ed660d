using System.Diagnostics;

namespace RealTimeActors.Benchmarks.Load;

/// <summary>Keeps a number of events in flight on one connection, or sends them at fixed moments, and checks that each is answered once.</summary>
internal sealed class LoadPublisher
{
    private readonly LoadChannel _channel;
    private readonly long[] _sentAt;
    private readonly LatencyHistogram _latencies;
    private readonly int _numberAt;
    private long? _offsetBeforeFirst;

    /// <param name="connection">The publisher's own.</param>
    /// <param name="channel">Where it publishes.</param>
    /// <param name="inFlight">How many at a time.</param>
    /// <param name="payloadBytes">The length of a body.</param>
    /// <param name="latencies">Where it is written down how long the answers took.</param>
    /// <param name="fields">Fields of the object that a body is; 0: it is a text.</param>
    internal LoadPublisher(LoadConnection connection, LoadChannel channel, int inFlight, int payloadBytes, LatencyHistogram latencies, int fields = 0)
    {
        Connection = connection;
        _channel = channel;
        _latencies = latencies;
        InFlight = inFlight;
        Payload = fields == 0 ? Dialects.Payload.Template(payloadBytes) : Dialects.Payload.Template(payloadBytes, fields);
        _numberAt = fields == 0 ? 0 : Payload.AsSpan().IndexOf(":\""u8) + 1;
        // Answers may overtake each other, but never by more than what is in flight.
        _sentAt = new long[inFlight * 2];
        connection.Publisher = this;
    }

    internal LoadConnection Connection { get; }

    internal int InFlight { get; }

    internal Pace Pace { get; init; }

    /// <summary>Null: as many as may be in flight. Otherwise <see cref="InFlight"/> only bounds what is remembered.</summary>
    internal OpenLoop? OpenLoop { get; init; }

    /// <summary>The lane, in the product's words; null for the one that is used when nothing is said.</summary>
    internal string? Priority { get; init; }

    /// <summary>The body of the next event; see <see cref="Dialects.Payload"/>.</summary>
    internal byte[] Payload { get; }

    /// <summary>False holds this one back, whatever the loop does.</summary>
    internal bool IsOn { get; set; } = true;

    internal long Published { get; private set; }

    internal long Answered { get; private set; }

    /// <summary>How many may be sent now.</summary>
    internal int Free(long now)
    {
        if (!IsOn) return 0;
        if (OpenLoop is { } openLoop) return openLoop.Due(now, Published);
        var done = Pace == Pace.Receipts ? Answered : Math.Min(Answered, _channel.DeliveredEverywhere);
        return InFlight - (int)(Published - done);
    }

    /// <summary>The number of the next publish, 1, 2, 3 …; also its <c>id</c> on the wire. It stands in <see cref="Payload"/> from then on.</summary>
    internal long Next(long now)
    {
        Published++;
        _sentAt[Published % _sentAt.Length] = now;
        Dialects.Payload.Stamp(Payload.AsSpan(_numberAt), Published);
        return Published;
    }

    /// <summary>The publish with this number was answered; null when that is as it should be, else what is wrong.</summary>
    internal string? Answer(long id)
    {
        if (id < 1 || id > Published || id <= Published - _sentAt.Length) return $"an answer to publish {id}, of {Published} published";

        ref var sentAt = ref _sentAt[id % _sentAt.Length];
        if (sentAt == 0) return $"a second answer to publish {id}";

        _latencies.Add(Stopwatch.GetTimestamp() - sentAt);
        sentAt = 0;
        Answered++;
        return null;
    }

    /// <summary>
    /// The publish with this number got this offset. Where there is one publisher per channel the n-th publish has the n-th offset.
    /// </summary>
    internal string? Receipt(long id, long offset)
    {
        if (offset > 0 && _channel.UrgentPublisher is null)
        {
            _offsetBeforeFirst ??= offset - id;
            if (offset - id != _offsetBeforeFirst) return $"publish {id} got offset {offset}, expected {_offsetBeforeFirst + id}";
        }

        return Answer(id);
    }
}
