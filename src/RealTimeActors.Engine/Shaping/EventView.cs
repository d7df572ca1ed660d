using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Shaping;

/// <summary>
/// A channel's events as some subscriptions want to see them, in one format: one object for all subscriptions of an edge that want the same, so that a run is encoded once for all of them.
/// </summary>
internal abstract class EventView(WireFormat format)
{
    /// <summary>Who reads runs older than the newest few is behind, and alone: for him they are encoded again.</summary>
    private const int RunsKeptMax = 32;
    private const int BytesKeptMax = 262_144;

    private readonly Queue<(LaneRun? Run, EncodedEvents Encoded)> _kept = new();
    private (LaneRun? Run, EncodedEvents Encoded) _newest;
    private long _bytes;

    /// <summary>Runs that were encoded: one per run, however many read it.</summary>
    internal long RunsEncoded { get; private set; }

    /// <summary>Subscriptions that read it.</summary>
    internal int Readers { get; set; }

    protected WireFormat Format { get; } = format;

    /// <summary>The bytes of a run in this view; an event that is not to be seen in it has none.</summary>
    internal EncodedEvents Encoded(LaneRun run)
    {
        // A whole fan-out reads the same one.
        if (ReferenceEquals(_newest.Run, run))
            return _newest.Encoded;

        foreach (var (kept, bytes) in _kept)
        {
            if (ReferenceEquals(kept, run))
                return bytes;
        }

        var encoded = Encode(run.Events);
        RunsEncoded++;
        _newest = (run, encoded);
        _kept.Enqueue(_newest);
        _bytes += encoded.Length;

        // Whoever reads alone reads each run once.
        while (_kept.Count > 1 && (Readers == 1 || _kept.Count > RunsKeptMax || _bytes > BytesKeptMax))
            _bytes -= _kept.Dequeue().Encoded.Length;

        return encoded;
    }

    /// <summary>The frame of one event in this view, which did not come in a run; null: it is not to be seen in it.</summary>
    internal abstract ServerFrame? FrameOf(ChannelEvent e);

    protected abstract EncodedEvents Encode(IReadOnlyList<ChannelEvent> events);
}
