using RealTimeActors.Actors;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Channels;

/// <summary>Publishers of a channel that wait until the online sessions, or as many as they asked for, have acked their events.</summary>
/// <param name="channel">Whose.</param>
/// <param name="wake">Has <see cref="OnTime"/> called with an offset after a time; a later call for the same offset takes the place of an earlier one.</param>
internal sealed class DeliveryWatches(ChannelName channel, Action<long, TimeSpan> wake)
{
    /// <summary>For so long an edge is waited for that was asked for its last word.</summary>
    private static readonly TimeSpan _lastWordWithin = TimeSpan.FromSeconds(1);

    /// <summary>What became of publishes that are dealt with, for those who repeat one because the answer was lost. Beyond it the oldest is forgotten.</summary>
    private const int SettledMax = 1_000;

    /// <summary>Null until the first publisher waits.</summary>
    private SortedDictionary<long, DeliveryWatch>? _byOffset;
    private SortedDictionary<long, (bool IsDelivered, int Acked, int Of)>? _settled;

    /// <summary>Publishers of one channel that may wait at a time; one more is refused (113). Each holds what it published, for as long as it asked for.</summary>
    internal const int WaitingMax = 1_000;

    /// <summary>Whether no more may wait.</summary>
    internal bool IsFull => _byOffset is { Count: >= WaitingMax };

    internal static string FullOf(ChannelName channel) => $"{WaitingMax:N0} publishers of {channel} wait already until their events are delivered; publish with confirm persisted, or later.";

    /// <summary>Nobody waits.</summary>
    internal bool IsEmpty => _byOffset is not { Count: > 0 };

    /// <summary>Begins to wait. Every edge to which the events were sent will report, and so will those that the directory names.</summary>
    internal void Begin(ChannelCommand.Publish publish, IReadOnlyList<ServerFrame.Receipt> receipts, IEnumerable<IActorRef<ChannelReply>> edges, TimeSpan within)
    {
        var watch = new DeliveryWatch(publish, receipts);
        foreach (var edge in edges)
            watch.Expect(edge);

        var offset = receipts[^1].Offset;
        (_byOffset ??= []).Add(offset, watch);
        wake(offset, within);
    }

    /// <summary>A publish that was there before: it waits with the first, or is told what became of that. After a restart of the channel that is not known any more.</summary>
    internal void Repeat(ChannelCommand.Publish publish, IReadOnlyList<ServerFrame.Receipt> receipts)
    {
        var offset = receipts[^1].Offset;
        if (_byOffset is not null && _byOffset.TryGetValue(offset, out var watch))
        {
            watch.Repeat(publish);
            return;
        }

        var settled = _settled is not null && _settled.TryGetValue(offset, out var known) ? known : default;
        publish.ReplyTo.Tell(new ChannelReply.Published(
            publish.Tag,
            [.. receipts.Select(receipt => receipt with { Status = settled.IsDelivered ? ReceiptStatus.Delivered : receipt.Status, Acked = settled.Acked, Of = settled.Of })]));
    }

    /// <summary>An edge says how many of its sessions acked, of how many that were online.</summary>
    internal void Report(ChannelCommand.ReportAcks reported)
    {
        foreach (var report in reported.Reports)
        {
            if (_byOffset is null || !_byOffset.TryGetValue(report.Offset, out var watch) || watch.Epoch != report.Epoch)
                continue;

            watch.Take(report, reported.Edge);
            GoOn(report.Offset, watch);
        }
    }

    /// <summary>The directory says which edges follow the channel by patterns: they will report.</summary>
    internal void Expect(ChannelCommand.FollowedByPatterns followed)
    {
        foreach (var offset in followed.Offsets)
        {
            if (_byOffset is null || !_byOffset.TryGetValue(offset, out var watch))
                continue;

            watch.Expect(followed.Edges);
            GoOn(offset, watch);
        }
    }

    /// <summary>The time has run out. The edges are asked for their last word first; who does not answer that is not waited for again.</summary>
    internal void OnTime(long offset)
    {
        if (_byOffset is null || !_byOffset.TryGetValue(offset, out var watch))
            return;

        if (watch.IsEnding)
            Settle(offset, watch);
        else
            AskForLastWord(offset, watch);
    }

    /// <summary>The channel's actor ends: nobody will be counted any more.</summary>
    internal void SettleAll()
    {
        foreach (var watch in _byOffset?.Values ?? Enumerable.Empty<DeliveryWatch>())
            watch.Answer();

        _byOffset = null;
    }

    private void GoOn(long offset, DeliveryWatch watch)
    {
        if (watch.IsEnding)
        {
            if (watch.IsHeardOut)
                Settle(offset, watch);
        }
        else if (watch.IsReached && watch.WantsNames)
        {
            AskForLastWord(offset, watch);
        }
        else if (watch.IsReached)
        {
            Settle(offset, watch);
            watch.End(new ChannelReply.EndWatch(channel, watch.Epoch, offset, NamesMax: null));
        }
    }

    private void AskForLastWord(long offset, DeliveryWatch watch)
    {
        watch.End(new ChannelReply.EndWatch(channel, watch.Epoch, offset, watch.WantsNames ? Limits.MissingMax : 0));
        if (watch.IsHeardOut)
            Settle(offset, watch);
        else
            wake(offset, _lastWordWithin);
    }

    private void Settle(long offset, DeliveryWatch watch)
    {
        _byOffset!.Remove(offset);
        watch.Answer();
        _settled ??= [];
        _settled[offset] = (watch.IsReached, watch.Acked, watch.Of);
        if (_settled.Count > SettledMax)
            _settled.Remove(_settled.First().Key);
    }
}
