using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Engine.Shaping;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>A channel as one edge actor sees it: the rings that its subscriptions read from, and the subscriptions.</summary>
internal sealed class EdgeChannel(ChannelName name, int ringBytesMax)
{
    private const int Lanes = 4;
    private static readonly int _formats = Enum.GetValues<WireFormat>().Length;

    private readonly LaneRing[]?[] _rings = new LaneRing[]?[_formats];
    private readonly List<Subscription> _subscriptions = new(1);

    /// <summary>The ways other than as they are in which somebody reads the events. Null: nobody does.</summary>
    private Dictionary<string, EventView>? _views;

    internal ChannelName Name { get; } = name;

    /// <summary>Events whose publishers wait for those who ack. Null: there never were any.</summary>
    internal AckWatches? Watches { get; private set; }

    internal bool IsWatched => Watches is { IsEmpty: false };

    /// <summary>The channel actor, once it has answered: watched, because with it the subscriptions to it end.</summary>
    internal IActorRef? Actor { get; set; }

    /// <summary>The life of the log that the rings hold; empty until the channel has answered.</summary>
    internal string Epoch { get; private set; } = "";

    /// <summary>Whether the channel has answered, so that what it sends goes on from there.</summary>
    internal bool IsBegun => Epoch.Length > 0;

    /// <summary>The newest offset that was fanned out here.</summary>
    internal long Head { get; private set; }

    /// <summary>The newest offset that an ack can mean: while nobody knows where the channel stands, the newest that it was known to have.</summary>
    internal long AckableHead => IsBegun ? Head : _headBefore;

    internal IReadOnlyList<Subscription> Subscriptions => _subscriptions;

    /// <summary>Subscribers that have asked to join and were not answered yet: the channel must not be left.</summary>
    internal PendingJoins Joins { get; } = new();

    /// <summary>The question to the channel whether it may rest, while it is under way.</summary>
    internal object? RestTag { get; set; }

    /// <summary>Only for <see cref="PlantedBug.SnapshotPartsOfTwoOffsets"/>: the state that was told last.</summary>
    internal StateDocument? NewestSnapshot { get; set; }

    /// <summary>Whether no event has come since it was joined.</summary>
    internal bool IsQuiet { get; private set; } = true;

    private int _idleTicks;
    private long _headAtTick;
    private long _headBefore;

    /// <summary>Whether a look at who still reads may find something: a subscription has left, or a join was answered, since the last one that found nothing.</summary>
    internal bool MayBeUnread { get; private set; } = true;

    /// <summary>The rings of a format, one per priority. Made when the channel has answered to a subscription in that format.</summary>
    internal LaneRing[] Rings(WireFormat format) =>
        _rings[(int)format] ?? throw new InvalidOperationException($"Channel {Name} has no rings for {format}: nobody has joined in that format.");

    /// <summary>The channel sends its events in this format from <paramref name="head"/> on.</summary>
    /// <param name="format">In which its events are needed.</param>
    /// <param name="epoch">The life of its log.</param>
    /// <param name="head">Its newest offset.</param>
    /// <param name="tail">The newest events, if the channel had them at hand: so that they are not read from the log.</param>
    internal void Begin(WireFormat format, string epoch, long head, EventRun? tail = null)
    {
        Epoch = epoch;
        _headBefore = 0;
        Head = Math.Max(Head, head);
        MayBeUnread = true;
        if (_rings[(int)format] is not null)
            return;

        if (tail?.Head != Head)
            tail = null;

        IsQuiet &= tail is null;

        // One empty ring for all lanes: each gets its own with the first run, and most never do.
        var rings = new LaneRing[Lanes];
        Array.Fill(rings, new LaneRing(format, ringBytesMax, tail is null ? Head : tail.Events[0].Offset - 1));
        foreach (var lane in tail?.Lanes ?? [])
            Add(lane, rings);

        _rings[(int)format] = rings;
    }

    /// <summary>Whether what comes after this offset is what comes next here.</summary>
    internal bool GoesOnAfter(string epoch, long offset) => epoch == Epoch && offset == Head;

    /// <summary>Whether everybody follows it by a pattern and has been sent what there is.</summary>
    internal bool MayRest
    {
        get
        {
            if (RestTag is not null || Joins.Count > 0 || _subscriptions.Count == 0 || IsWatched)
                return false;

            foreach (var subscription in _subscriptions)
            {
                if (!subscription.MayRest)
                    return false;
            }

            return true;
        }
    }

    /// <summary>Something happens there: it is not joined for what it holds only.</summary>
    internal void Disturb() => IsQuiet = false;

    /// <summary>Once a second: for how long has nothing come?</summary>
    internal int CountIdle()
    {
        _idleTicks = Head == _headAtTick ? _idleTicks + 1 : 0;
        _headAtTick = Head;
        return _idleTicks;
    }

    /// <summary>Takes a run into every ring that is read.</summary>
    internal void Add(EventRun run)
    {
        Head = run.Head;
        IsQuiet = false;
        foreach (var rings in _rings)
        {
            if (rings is null)
                continue;

            foreach (var lane in run.Lanes)
                Add(lane, rings);
        }
    }

    internal void Add(Subscription subscription)
    {
        subscription.Place = _subscriptions.Count;
        _subscriptions.Add(subscription);
        if (subscription.Options.Fields.Count > 0 || subscription.Options.Mode == SubscriptionMode.State)
            subscription.View = ViewOf(subscription);
    }

    /// <summary>Takes a subscription out, if it is in; the last one takes its place, so that this costs the same with ten and with ten thousand.</summary>
    internal void Remove(Subscription subscription)
    {
        if (subscription.Place < 0)
            return;

        var last = _subscriptions[^1];
        _subscriptions[subscription.Place] = last;
        last.Place = subscription.Place;
        _subscriptions.RemoveAt(_subscriptions.Count - 1);
        subscription.Place = -1;
        MayBeUnread = true;
        if (subscription.View is not { } view)
            return;

        subscription.View = null;
        if (--view.Readers == 0)
            _views!.Remove(KeyOfView(subscription));
    }

    /// <summary>The formats that are kept although no subscription reads them any more; they are given up here.</summary>
    internal IReadOnlyList<WireFormat> ReleaseUnread()
    {
        if (Joins.Count > 0)
            return [];

        MayBeUnread = _subscriptions.Count == 0;
        var released = new List<WireFormat>();
        for (var format = 0; format < _formats; format++)
        {
            if (_rings[format] is null || _subscriptions.Exists(subscription => (int)subscription.Format == format))
                continue;

            _rings[format] = null;
            released.Add((WireFormat)format);
        }

        return released;
    }

    /// <summary>What the rings hold belongs to the past; what the channel sends counts again when it has answered.</summary>
    /// <param name="isOver">Whether its actor has ended, and with it what publishers wait for.</param>
    internal void Forget(bool isOver)
    {
        Epoch = "";
        _headBefore = Math.Max(Head, _headBefore);
        Head = 0;
        RestTag = null;
        IsQuiet = true;
        Watches = isOver ? null : Watches;
        Array.Clear(_rings);
    }

    private static string KeyOfView(Subscription subscription) => subscription.Options.Mode == SubscriptionMode.State
        ? ChangesView.KeyOf(subscription.Format, subscription.Options.Fields)
        : FieldsView.KeyOf(subscription.Format, subscription.Options.Fields);

    private EventView ViewOf(Subscription subscription)
    {
        var key = KeyOfView(subscription);
        if ((_views ??= []).TryGetValue(key, out var view) == false)
        {
            var (format, fields) = (subscription.Format, subscription.Options.Fields);
            view = subscription.Options.Mode == SubscriptionMode.State ? new ChangesView(format, fields, subscription.Connection.Bug) : new FieldsView(format, fields);
            _views.Add(key, view);
        }

        view.Readers++;
        return view;
    }

    /// <summary>Publishers want to know who acks these events.</summary>
    internal AckWatch BeginWatch(string epoch, Watched watched) => (Watches ??= new()).Begin(epoch, watched);

    /// <summary>An event that the rings still hold; null: they do not.</summary>
    internal ChannelEvent? Find(long offset)
    {
        foreach (var rings in _rings)
        {
            foreach (var ring in rings ?? [])
            {
                if (ring.Find(offset) is { } found)
                    return found;
            }
        }

        return null;
    }

    private static void Add(LaneRun lane, LaneRing[] rings)
    {
        ref var ring = ref rings[(int)lane.Priority];
        if (ring.EndRun == 0)
            ring = ring.Another();

        ring.Add(lane);
    }
}
