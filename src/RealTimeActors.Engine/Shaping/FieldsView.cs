using System.Text;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Engine.Shaping;

/// <summary>
/// A channel's events with some top-level fields of their data, in one format: one object for all subscriptions of an edge that ask for the same, so that a run is encoded
/// once for all of them.
/// </summary>
internal sealed class FieldsView(WireFormat format, IReadOnlyList<string> fields)
{
    /// <summary>Who reads runs older than the newest few is behind, and alone: for him they are encoded again.</summary>
    private const int RunsKeptMax = 32;
    private const int BytesKeptMax = 262_144;

    private readonly ReadOnlyMemory<byte>[] _fields = [.. fields.Select(field => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(field))];
    private readonly Queue<(LaneRun? Run, EncodedEvents Encoded)> _kept = new();
    private (LaneRun? Run, EncodedEvents Encoded) _newest;
    private long _bytes;

    /// <summary>Runs that were encoded: one per run, however many read it.</summary>
    internal long RunsEncoded { get; private set; }

    /// <summary>Subscriptions that read it.</summary>
    internal int Readers { get; set; }

    /// <summary>What this view is found by: the same for the same fields in the same order.</summary>
    internal static string KeyOf(WireFormat format, IReadOnlyList<string> fields) =>
        $"{(int)format}:{string.Join(',', fields.Select(field => $"{field.Length}:{field}"))}";

    /// <summary>The bytes of a run in this view.</summary>
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

        var encoded = EncodedEvents.Encode(format, [.. run.Events.Select(Select)]);
        RunsEncoded++;
        _newest = (run, encoded);
        _kept.Enqueue(_newest);
        _bytes += encoded.Length;
        while (_kept.Count > 1 && (_kept.Count > RunsKeptMax || _bytes > BytesKeptMax))
            _bytes -= _kept.Dequeue().Encoded.Length;

        return encoded;
    }

    /// <summary>An event in this view; one whose data is no object is seen as it is.</summary>
    internal ChannelEvent Select(ChannelEvent e) => e with { Data = JsonFields.Select(e.Data, _fields) };
}
