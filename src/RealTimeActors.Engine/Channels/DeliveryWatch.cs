using RealTimeActors.Actors;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Channels;

/// <summary>One publisher that waits until the sessions that were online, or as many as it asked for, have acked its events. Pure but for the answers.</summary>
/// <remarks>
/// Two are asked who was online: each edge to which the events were sent counts those who follow live, and each edge that the directory names counts those who follow the channel by a pattern while it is at rest.
/// Before all of them have reported nothing is decided; then their numbers are added up.
/// </remarks>
internal sealed class DeliveryWatch(ChannelCommand.Publish publish, IReadOnlyList<ServerFrame.Receipt> receipts)
{
    private readonly List<EdgeCount> _edges = [];
    private List<ChannelCommand.Publish>? _repeats;
    private bool _awaitsDirectory = true;

    /// <summary>The life of the log that the events are of.</summary>
    internal string Epoch { get; } = receipts[^1].Epoch;

    /// <summary>Whether the edges were asked for their last word.</summary>
    internal bool IsEnding { get; private set; }

    internal int Acked => _edges.Sum(edge => edge.Acked);

    internal int Of => _edges.Sum(edge => edge.Of);

    /// <summary>Whether everybody has said how many were online.</summary>
    private bool IsCounted => !_awaitsDirectory && _edges.TrueForAll(edge => !edge.AwaitsLive && !edge.AwaitsPatterns);

    internal bool IsReached => IsCounted && (publish.DeliveredCount > 0 ? Acked >= publish.DeliveredCount : Acked == Of);

    /// <summary>Whether every edge that was asked has said its last word.</summary>
    internal bool IsHeardOut => _edges.TrueForAll(edge => !edge.AwaitsLast);

    /// <summary>Whether names are still to be asked for before it is answered.</summary>
    internal bool WantsNames => publish.DeliveredMissing && Acked < Of;

    /// <summary>The events were sent to this edge.</summary>
    internal void Expect(IActorRef<ChannelReply> edge) => EdgeOf(edge, edge).AwaitsLive = true;

    /// <summary>The directory has told these edges, which follow the channel by patterns.</summary>
    internal void Expect(IReadOnlyList<IActorRef> edges)
    {
        _awaitsDirectory = false;
        foreach (var edge in edges)
        {
            var count = EdgeOf(edge, null);
            count.AwaitsPatterns = !count.HasCountedPatterns;
        }
    }

    internal void Take(AckReport report, IActorRef<ChannelReply> from)
    {
        var edge = EdgeOf(from, from);
        if (report.Of >= 0)
        {
            edge.Acked = report.Acked;
            edge.Of = report.Of;
        }

        switch (report.Stage)
        {
            case AckStage.Live:
                edge.AwaitsLive = false;
                break;
            case AckStage.Patterns:
                // Which may be heard of before the directory's own word.
                edge.AwaitsPatterns = false;
                edge.HasCountedPatterns = true;
                break;
            case AckStage.Last:
                edge.AwaitsLast = false;
                edge.Missing = report.Missing;
                break;
        }
    }

    /// <summary>The same publish came again: it is answered with this one.</summary>
    internal void Repeat(ChannelCommand.Publish again) => (_repeats ??= []).Add(again);

    /// <summary>Nobody waits any longer: the edges let go of it, and say their last word where that is wanted.</summary>
    internal void End(ChannelReply.EndWatch end)
    {
        IsEnding = end.NamesMax is not null;
        foreach (var edge in _edges)
        {
            // One of which nothing was heard may not even have been told; and one whose sessions have all acked watches nothing any more.
            if (edge.Address is not { } address || edge.IsDone)
                continue;

            edge.AwaitsLast = IsEnding;
            address.Tell(end);
        }
    }

    /// <summary>Tells the publisher. What is not delivered stays what it was (persisted, or accepted where nothing is written), and says how many.</summary>
    internal void Answer()
    {
        var isDelivered = IsReached;
        Member[] missing = publish.DeliveredMissing
            ? [.. _edges.SelectMany(edge => edge.Missing).DistinctBy(member => member.Session, StringComparer.Ordinal).OrderBy(member => member.Session, StringComparer.Ordinal).Take(Limits.MissingMax)]
            : [];
        ServerFrame.Receipt[] answers =
        [
            .. receipts.Select(receipt => receipt with { Status = isDelivered ? ReceiptStatus.Delivered : receipt.Status, Acked = Acked, Of = Of, Missing = missing }),
        ];
        publish.ReplyTo.Tell(new ChannelReply.Published(publish.Tag, answers));
        foreach (var repeat in _repeats ?? [])
            repeat.ReplyTo.Tell(new ChannelReply.Published(repeat.Tag, [.. answers.Select(answer => answer with { Duplicate = true, Missing = repeat.DeliveredMissing ? missing : [] })]));
    }

    private EdgeCount EdgeOf(IActorRef edge, IActorRef<ChannelReply>? address)
    {
        var count = _edges.Find(known => ReferenceEquals(known.Edge, edge));
        if (count is null)
            _edges.Add(count = new EdgeCount(edge));

        count.Address ??= address;
        return count;
    }

    private sealed class EdgeCount(IActorRef edge)
    {
        internal IActorRef Edge { get; } = edge;

        /// <summary>Null until it was heard of: the directory knows it by another name.</summary>
        internal IActorRef<ChannelReply>? Address { get; set; }

        internal int Acked { get; set; }

        internal int Of { get; set; }

        internal bool AwaitsLive { get; set; }

        internal bool AwaitsPatterns { get; set; }

        internal bool HasCountedPatterns { get; set; }

        internal bool AwaitsLast { get; set; }

        internal bool IsDone => Acked == Of && !AwaitsLive && !AwaitsPatterns;

        internal IReadOnlyList<Member> Missing { get; set; } = [];
    }
}
