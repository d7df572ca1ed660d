using System.Diagnostics;

namespace RealTimeActors.Benchmarks.Load;

/// <summary>Keeps a number of events in flight on one connection, and checks that each is answered once.</summary>
internal sealed class LoadPublisher
{
    private readonly LoadChannel _channel;
    private readonly Pace _pace;
    private readonly long[] _sentAt;
    private readonly LatencyHistogram _latencies;
    private long? _offsetBeforeFirst;

    internal LoadPublisher(LoadConnection connection, LoadChannel channel, int inFlight, Pace pace, LatencyHistogram latencies)
    {
        Connection = connection;
        _channel = channel;
        _pace = pace;
        _latencies = latencies;
        InFlight = inFlight;
        // Answers may overtake each other, but never by more than what is in flight.
        _sentAt = new long[inFlight * 2];
        channel.Publisher = this;
        connection.Publisher = this;
    }

    internal LoadConnection Connection { get; }

    internal int InFlight { get; }

    internal long Published { get; private set; }

    internal long Answered { get; private set; }

    /// <summary>How many more may be sent now.</summary>
    internal int Free
    {
        get
        {
            var done = _pace == Pace.Receipts ? Answered : Math.Min(Answered, _channel.DeliveredEverywhere);
            return InFlight - (int)(Published - done);
        }
    }

    /// <summary>The number of the next publish, 1, 2, 3 …; also its <c>id</c> on the wire.</summary>
    internal long Next(long now)
    {
        Published++;
        _sentAt[Published % _sentAt.Length] = now;
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
    /// The publish with this number got this offset. There is one publisher per channel, so the n-th publish has the n-th offset.
    /// </summary>
    internal string? Receipt(long id, long offset)
    {
        if (offset > 0)
        {
            _offsetBeforeFirst ??= offset - id;
            if (offset - id != _offsetBeforeFirst) return $"publish {id} got offset {offset}, expected {_offsetBeforeFirst + id}";
        }

        return Answer(id);
    }
}
