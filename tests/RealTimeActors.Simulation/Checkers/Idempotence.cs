using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>6: at most one event per channel, producer and sequence; every retry gets the same receipt.</summary>
internal sealed class Idempotence : Checker
{
    private readonly Dictionary<(int Life, string Channel, string Producer, long Sequence), long> _offsets = [];
    private readonly Dictionary<(int Life, string Channel, string Producer, long Sequence), ServerFrame.Receipt> _receipts = [];

    public override void OnDurable(TrueEvent durable)
    {
        if (durable.Stored.ProducerId is not { } producer)
            return;

        var key = (durable.Life, durable.Event.Channel, producer, durable.Stored.ProducerSequence);
        if (!_offsets.TryAdd(key, durable.Event.Offset))
            Fail($"Sequence {key.ProducerSequence} of producer {producer} is in {durable.Event.Channel} twice: at {_offsets[key]} and at {durable.Event.Offset}.");
    }

    public override void OnSent(LinkView link, ServerFrame frame)
    {
        if (frame is not ServerFrame.Receipt { Status: ReceiptStatus.Persisted or ReceiptStatus.Delivered } receipt
            || !Seen.ChannelOf(receipt.Channel).IsDurable
            || link.Answered(frame) is not ClientFrame.Publish { ProducerId: { } producer } publish)
            return;

        if (receipt.Duplicate)
            Seen.Sometimes.Count("a repeat is recognised");

        var key = (Seen.Truth.Life, publish.Channel, producer, publish.ProducerSequence);
        if (!_receipts.TryAdd(key, receipt))
        {
            var first = _receipts[key];
            Require(
                first.Offset == receipt.Offset && first.Epoch == receipt.Epoch && first.Hash.Span.SequenceEqual(receipt.Hash.Span),
                $"{Line.Of(publish)} was answered by offset {first.Offset} of {first.Epoch} once and by {receipt.Offset} of {receipt.Epoch} (or another hash) later.");
        }
    }
}
