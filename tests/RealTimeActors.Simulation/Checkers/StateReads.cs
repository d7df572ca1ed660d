using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>
/// 4, of the past: a state as of an offset is to be had from the one before the oldest retained event to the head, and not beyond (107); and the history of a key is every mutation of it that is retained,
/// once and in order.
/// </summary>
internal sealed class StateReads : StateChecker
{
    /// <summary>How far the server had shown that the log goes when a read arrived: so far it was at least.</summary>
    private readonly SortedDictionary<(int Link, long Id), long> _shownBefore = [];
    private long _shown;

    public override void OnArrived(LinkView link, ClientFrame frame)
    {
        if (frame is ClientFrame.Read { What: "state" or "history" })
            _shownBefore[(link.Link.Number, frame.Id)] = _shown;
    }

    public override void OnSent(LinkView link, ServerFrame frame)
    {
        if (frame.Id > 0 && link.Answered(frame) is ClientFrame.Read read && _shownBefore.Remove((link.Link.Number, frame.Id), out var shown))
        {
            if (frame is ServerFrame.Error error)
                OnRefused(link, read, error, shown);
            else if (frame is ServerFrame.Page { What: "state" } && read.At is { } at)
                Require(at >= Channel!.NotRetained(shown), $"{link.Name} was given the state as of {at}; the log ended at {shown} when it asked, so that nothing before {Channel!.NotRetained(shown)} is to be had.");
            else if (frame is ServerFrame.Page { What: "history" } page)
                OnHistory(link, page, read, shown);
        }

        Show(frame switch
        {
            ServerFrame.Subscribed subscribed => subscribed.Head,
            ServerFrame.State part => part.Offset,
            ServerFrame.Change change => change.Offset,
            ServerFrame.Skip skip => skip.To,
            ServerFrame.Mutated mutated => mutated.Offset,
            ServerFrame.Page page => page.Offset ?? 0,
            _ => 0,
        });
    }

    public override void OnRestored()
    {
        _shown = 0;
        _shownBefore.Clear();
    }

    private void Show(long offset) => _shown = Math.Max(_shown, offset);

    private void OnRefused(LinkView link, ClientFrame.Read read, ServerFrame.Error error, long shown)
    {
        if (error.Code is ErrorCode.Timeout || (error.Code is ErrorCode.Internal && Seen.Plan.Faults.FailedReads))
            return;

        var begins = Channel!.NotRetained(Head);
        var isGone = read switch
        {
            { What: "state", At: { } at } => at < begins || at > shown,
            { What: "history", From: From.Position(var epoch, var offset) } => epoch.Length > 0 && (offset > shown || Seen.Epochs.LifeOf(read.Channel, epoch) != Seen.Truth.Life),
            _ => false,
        };
        Require(error.Code == ErrorCode.PositionGone && isGone, $"{link.Name} was answered {Line.Of(error)} to {Line.Of(read)}; states from {begins} to {shown} at least are to be had.");
        Seen.Sometimes.Count(read.At <= begins ? "a former state is not to be had any more" : "a position is not to be had");
    }

    private void OnHistory(LinkView link, ServerFrame.Page page, ClientFrame.Read read, long shown)
    {
        Seen.Epochs.See(page.Channel, page.Epoch);
        Seen.Sometimes.Count(read.From is From.Position { Epoch.Length: > 0 } ? "a history is read on" : "a history is read");
        Require(read.Limit == 0 || page.Events.Count <= read.Limit, $"{link.Name} wants {read.Limit} events of a history at most, and was given {page.Events.Count}.");
        var after = read.From is From.Position(_, var offset) ? offset : 0;
        var told = after;
        foreach (var e in page.Events)
        {
            Require(e.Offset > told, $"{link.Name} was given offset {e.Offset} of the history of {read.Key} after {told}.");
            told = e.Offset;
            var truth = Seen.Truth.Find(page.Channel, e.Offset);
            Require(
                truth is not null && IsMutation(truth) && truth.Event.Key == read.Key && truth.IsSeenAs(e, _whole),
                $"{link.Name} was given offset {e.Offset} as one of the history of {read.Key}; the log has {truth?.Event.Type} of {truth?.Event.Key} there, or something else.");
        }

        // What lies before the retained ones may be missing, and what was not committed yet when the log was read.
        var last = page.Next ?? shown;
        var shownOffsets = page.Events.Select(e => e.Offset).ToHashSet();
        var log = Seen.Truth.Present(page.Channel);
        for (var at = Math.Max(after, Channel!.NotRetained(Head)) + 1; at <= last; at++)
        {
            var truth = log[(int)at - 1];
            Require(
                !IsMutation(truth) || truth.Event.Key != read.Key || shownOffsets.Contains(at),
                $"{link.Name} was given the history of {read.Key} after {after}, {page.Events.Count} events up to {last}; offset {at}, which is of it, is not among them.");
        }
    }

    private static readonly Model.ShapeModel _whole = new(null);
}
