using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Integrity;
using RealTimeActors.Simulation.Model;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>2: offsets without holes, one sequence for all observers, and a chain of hashes that verifies.</summary>
internal sealed class Order : Checker
{
    private readonly Dictionary<(string Channel, string Epoch, string Fields, long Offset), ChannelEvent> _ephemeral = [];
    private readonly ShapeModel _whole = new(null);

    public override void OnDurable(TrueEvent durable)
    {
        var e = durable.Event;
        var previous = Seen.Truth.Before(durable);
        if (previous is null && e.Offset > 1)
            return;

        Span<byte> commitment = stackalloc byte[EventHash.Bytes];
        Span<byte> hash = stackalloc byte[EventHash.Bytes];
        ReadOnlySpan<byte> before = previous is null ? new byte[EventHash.Bytes] : previous.Event.Hash.Span;
        EventHash.Commit(e.Data.Span, durable.Stored.Salt.Span, commitment);
        EventHash.Compute(e, durable.WrittenIn, commitment, before, hash);
        Require(hash.SequenceEqual(e.Hash.Span), $"The hash of offset {e.Offset} of {e.Channel} does not follow from its content and its predecessor's hash.");
        if (previous is not null)
            Require(e.TimeUnixMs >= previous.Event.TimeUnixMs, $"Offset {e.Offset} of {e.Channel} is older than its predecessor.");
    }

    public override void OnSent(LinkView link, ServerFrame frame)
    {
        if (frame is ServerFrame.Event { Body: var body })
            OnSeen(link, body, link.Subscriptions.GetValueOrDefault(body.Channel)?.Epoch ?? "", link.Subscriptions.GetValueOrDefault(body.Channel)?.Model ?? _whole);
        else if (frame is ServerFrame.Page page)
        {
            foreach (var e in page.Events)
                OnSeen(link, e, page.Epoch, _whole);
        }
    }

    private void OnSeen(LinkView link, ChannelEvent seen, string epoch, ShapeModel model)
    {
        if (!Seen.ChannelOf(seen.Channel).IsDurable)
        {
            var key = (seen.Channel, epoch, model.Fields, seen.Offset);
            var known = _ephemeral.TryAdd(key, seen) ? seen : _ephemeral[key];
            Require(
                known.Id == seen.Id && known.Data.Span.SequenceEqual(seen.Data.Span),
                $"{link.Name} was sent another event at offset {seen.Offset} of {seen.Channel} ({epoch}) than somebody else.");
            return;
        }

        var durable = Seen.Truth.Find(seen.Channel, seen.Offset);
        Require(
            durable?.IsSeenAs(seen, model) != false,
            $"{link.Name} was sent {Line.Of(new ServerFrame.Event(seen))}; the log has {(durable is null ? "nothing" : Line.Of(new ServerFrame.Event(durable.Event)))} there.");
    }
}
