using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>Delivered k of n: k of the n sessions that were online at commit have acked. Not one that came later, and not one too few because its connection changed meanwhile.</summary>
internal sealed partial class TruthfulReceipts
{
    /// <summary>How long an ack may be under way between the engine's actors.</summary>
    private static readonly TimeSpan _heardWithin = TimeSpan.FromMilliseconds(60);

    /// <summary>What each session has acked, as far as the server can know.</summary>
    private readonly SortedDictionary<(string Channel, string Epoch), SortedDictionary<string, AckedOffsets>> _acked = [];

    /// <summary>The same, as it arrived. On connections that lived the server must have heard of it; on others it may have.</summary>
    private readonly SortedDictionary<(string Channel, string Epoch), SortedDictionary<string, List<Arrival>>> _arrived = [];

    /// <summary>When those who wait for receivers asked.</summary>
    private readonly Dictionary<(int Link, long Id), TimeSpan> _asked = [];

    /// <summary>The least head that each session was told when it began to follow. Who follows by patterns is told later than he is counted, and is not here.</summary>
    private readonly SortedDictionary<(string Channel, string Epoch), SortedDictionary<string, long>> _joinedAt = [];

    /// <summary>What a session asked for and was not answered: it may follow all the same, since then.</summary>
    private readonly SortedDictionary<string, SortedSet<(int Link, string Channel)>> _unanswered = new(StringComparer.Ordinal);

    /// <summary>How far the log was on the disk when a connection was told that it follows with acks.</summary>
    private readonly Dictionary<(int Link, string Channel), long> _followsFrom = [];

    /// <summary>Sessions that were online at commit for certain: what came after they had been told that they follow was sent to them on that connection.</summary>
    private readonly Dictionary<(string Channel, string Epoch, long Offset), SortedSet<string>> _online = [];

    /// <summary>The lives of each ephemeral channel in the order in which they were told of.</summary>
    private readonly SortedDictionary<string, List<string>> _lives = new(StringComparer.Ordinal);

    /// <summary>Sessions that gave up on an event: it is with the dead letters, and that counts.</summary>
    public void GaveUp(string session, string channel, string epoch, long offset) =>
        Acked(_acked, session, epoch, new ClientFrame.Ack(channel, 0, [new OffsetRange(offset, offset)]));

    /// <summary>A client that follows events: what it is told of its positions says when it joined.</summary>
    public override void OnSubscribed(LinkView link, SubscriptionView now, ServerFrame.Subscribed frame, SubscriptionView? former)
    {
        Answered(link, frame.Channel);
        if (link.Session is not { } session)
            return;

        if (!Seen.ChannelOf(frame.Channel).IsDurable)
            NoteLife(frame.Channel, frame.Epoch);

        var of = Of(_joinedAt, (frame.Channel, frame.Epoch));
        of[session] = Math.Min(frame.Head, of.GetValueOrDefault(session, long.MaxValue));
        _followsFrom.Remove((link.Link.Number, frame.Channel));
        if ((now.Request?.AckMode ?? AckMode.Auto) != AckMode.None && Seen.ChannelOf(frame.Channel).IsDurable)
            _followsFrom[(link.Link.Number, frame.Channel)] = Seen.Truth.Head(frame.Channel);
    }

    private void OnAsked(LinkView link, ClientFrame frame)
    {
        switch (frame)
        {
            case ClientFrame.Hello { SessionId: { } session } hello:
                Asks(session, link, "");
                foreach (var asked in hello.Subscriptions)
                    Asks(session, link, asked.Channel);

                break;
            case ClientFrame.Subscribe asked when link.Session is { } session:
                Asks(session, link, asked.Channel);
                break;
            case ClientFrame.Ack ack when link.Session is { } session && link.Subscriptions.TryGetValue(ack.Channel, out var subscription):
                Acked(_acked, session, subscription.Epoch, ack);
                Arrive(session, link, subscription, ack);
                break;
            case ClientFrame.Publish { Confirm: Confirm.Delivered, Id: > 0 } publish:
                _asked[(link.Link.Number, publish.Id)] = Seen.Now;
                break;
        }
    }

    private void OnTold(LinkView link, ServerFrame frame)
    {
        switch (frame)
        {
            case ServerFrame.Welcome:
                Answered(link, "");
                break;
            case ServerFrame.Unsubscribed unsubscribed:
                Answered(link, unsubscribed.Channel);
                break;
            case ServerFrame.Error when link.Answered(frame) is ClientFrame.Subscribe asked:
                Answered(link, asked.Channel);
                break;
            case ServerFrame.Event { Body: var e } when link.Session is { } session && _followsFrom.TryGetValue((link.Link.Number, e.Channel), out var from) && e.Offset > from:
                Online((e.Channel, link.Subscriptions[e.Channel].Epoch, e.Offset)).Add(session);
                break;
        }
    }

    private void OnDelivered(LinkView link, ServerFrame.Receipt receipt)
    {
        if (receipt is not { Acked: { } claimed, Of: { } of })
            return;

        Require(claimed <= of, $"A receipt of {receipt.Channel} says {claimed} of {of}.");
        var key = (receipt.Channel, receipt.Epoch);
        var acked = Of(_acked, key).Where(session => session.Value.Contains(receipt.Offset)).Select(session => session.Key).ToList();
        // Also where a session had gone on at another node before the one that had it heard of it: both may count it as online, and its ack is one, unless it came to both and they have no word of each other.
        var twice = claimed <= acked.Count ? 0 : acked.Sum(session => AckedUnheard(key, session, receipt.Offset));
        if (twice > 0)
            Seen.Sometimes.Count("a session acked at two nodes that had not heard of each other");

        Require(claimed <= acked.Count + twice, $"A receipt says that {claimed} sessions acked offset {receipt.Offset} of {receipt.Channel}; acks of {acked.Count} had arrived.");
        var asked = receipt is { Duplicate: false, Id: > 0 } ? _asked.GetValueOrDefault((link.Link.Number, receipt.Id)) : TimeSpan.Zero;
        var inTime = acked.Where(session => MayHaveBeenOnline(key, session, receipt.Offset) || MayFollowUntold(key, session, asked)).Count();
        Require(claimed <= inTime + twice, $"A receipt says that {claimed} of {of} sessions that were online at commit acked offset {receipt.Offset} of {receipt.Channel}; only {inTime} of the {acked.Count} that acked were not told first that they follow from there on or later.");
        if (link.Answered(receipt) is ClientFrame.Publish publish)
            OnAnswered(link, receipt, publish, claimed, of);
    }

    private void OnAnswered(LinkView link, ServerFrame.Receipt receipt, ClientFrame.Publish publish, long claimed, long of)
    {
        if (receipt.Status == ReceiptStatus.Delivered)
        {
            Seen.Sometimes.Count(claimed > 0 ? "an event is delivered to somebody" : "an event is delivered to nobody");
            Require(
                claimed >= of || (publish.DeliveredCount > 0 && claimed >= publish.DeliveredCount),
                $"{claimed} of {of} sessions acked offset {receipt.Offset} of {receipt.Channel} ({publish.DeliveredCount} were asked for), and the receipt says delivered.");
            return;
        }

        // A channel that reads its log again, or is another, has forgotten whom it waits for.
        if (publish.Confirm != Confirm.Delivered || receipt.Duplicate || Seen.Plan.Faults.LosesCommits || Seen.Plan.Faults.FailedReads || Seen.Plan.Faults.EndsChannels || Seen.Plan.Faults.EndsEphemeral || Seen.Plan.Faults.NodesFail)
            return;

        // The answer itself may have waited for a client that does not read: it was decided when the time ran out, or later.
        var within = Seen.Plan.Engine.DeliveredTimeout - _heardWithin;
        if (publish.DeliveredTimeoutMs > 0 || !_asked.TryGetValue((link.Link.Number, publish.Id), out var askedAt))
            return;

        var arrived = Of(_arrived, (receipt.Channel, receipt.Epoch));
        var sure = Online((receipt.Channel, receipt.Epoch, receipt.Offset)).Where(session => IsHeard(arrived.GetValueOrDefault(session), receipt.Offset, askedAt + within)).ToList();
        Seen.Sometimes.Count("a publisher waits for receivers in vain");
        Require(
            claimed >= sure.Count,
            $"A receipt says that {claimed} of {of} sessions acked offset {receipt.Offset} of {receipt.Channel} before the time ran out; {string.Join(", ", sure)} were online at commit, and had acked it.");
    }

    /// <summary>
    /// On how many connections a session acked an offset after it had gone on at another node, of which theirs may not have heard yet, and then acked it on a later one, too. That need not be the one by which the
    /// other node counted it: a third that comes after the event tells of it.
    /// </summary>
    private int AckedUnheard((string Channel, string Epoch) key, string session, long offset)
    {
        var acks = Of(_arrived, key).GetValueOrDefault(session)?.FindAll(ack => Covers(ack.Ack, offset)) ?? [];
        var links = Seen.LinksOf(session);
        return acks.Where(ack => Seen.MayNotHaveHeard(ack.Link)
                && links.Exists(other => other.Link.Host != ack.Link.Link.Host && other.WelcomedAt > ack.Link.WelcomedAt && other.WelcomedAt <= ack.At)
                && acks.Exists(later => later.Link.WelcomedAt > ack.Link.WelcomedAt))
            .DistinctBy(ack => ack.Link.Link.Number).Count();
    }

    private bool MayHaveBeenOnline((string Channel, string Epoch) key, string session, long offset) =>
        !Of(_joinedAt, key).TryGetValue(session, out var head) || head < offset || _unanswered.GetValueOrDefault(session) is { Count: > 0 };

    /// <summary>
    /// The actor of an ephemeral channel ends, and who follows it goes on in its next life unasked. That the session is told so may wait for a client that does not read, and get lost with the connection:
    /// it was online all the same. Not where the session had gone on to another connection before the event was asked for: what that one follows it was told of.
    /// </summary>
    private bool MayFollowUntold((string Channel, string Epoch) key, string session, TimeSpan asked)
    {
        if (!_lives.TryGetValue(key.Channel, out var lives))
            return false;

        var links = Seen.LinksOf(session);
        return links.Exists(link =>
            link.Subscriptions.TryGetValue(key.Channel, out var told)
            && lives.IndexOf(told.Epoch) < lives.IndexOf(key.Epoch)
            && !links.Exists(later => later.WelcomedAt > link.WelcomedAt && later.WelcomedAt < asked));
    }

    private void NoteLife(string channel, string epoch)
    {
        if (!_lives.TryGetValue(channel, out var lives))
            _lives.Add(channel, lives = []);

        if (!lives.Contains(epoch))
            lives.Add(epoch);
    }

    private void Asks(string session, LinkView link, string channel)
    {
        if (!_unanswered.TryGetValue(session, out var open))
            _unanswered.Add(session, open = []);

        open.Add((link.Link.Number, channel));
    }

    private void Answered(LinkView link, string channel)
    {
        if ((link.Session ?? link.Hello?.SessionId) is { } session)
            _unanswered.GetValueOrDefault(session)?.Remove((link.Link.Number, channel));
    }

    private void Arrive(string session, LinkView link, SubscriptionView subscription, ClientFrame.Ack ack)
    {
        var sessions = Of(_arrived, (ack.Channel, subscription.Epoch));
        if (!sessions.TryGetValue(session, out var acks))
            sessions.Add(session, acks = []);

        acks.Add(new Arrival(Seen.Now, link, ack, MustBeHeard: !subscription.IsEnded && link.Close is null && link.Link.IsOpen && !Seen.Access.MayHaveExpired(link)));
    }

    private static bool IsHeard(List<Arrival>? acks, long offset, TimeSpan by) => acks?.Exists(ack => ack.MustBeHeard && ack.At <= by && Covers(ack.Ack, offset)) == true;

    private static bool Covers(ClientFrame.Ack ack, long offset) => offset <= ack.Offset || ack.Ranges.Any(range => range.From <= offset && offset <= range.To);

    private static void Acked(SortedDictionary<(string Channel, string Epoch), SortedDictionary<string, AckedOffsets>> all, string session, string epoch, ClientFrame.Ack ack)
    {
        var sessions = Of(all, (ack.Channel, epoch));
        if (!sessions.TryGetValue(session, out var offsets))
            sessions.Add(session, offsets = new AckedOffsets());

        offsets.Add(ack);
    }

    private static SortedDictionary<string, TValue> Of<TValue>(SortedDictionary<(string Channel, string Epoch), SortedDictionary<string, TValue>> all, (string Channel, string Epoch) key)
    {
        if (!all.TryGetValue(key, out var of))
            all.Add(key, of = new SortedDictionary<string, TValue>(StringComparer.Ordinal));

        return of;
    }

    private SortedSet<string> Online((string Channel, string Epoch, long Offset) key)
    {
        if (!_online.TryGetValue(key, out var sessions))
            _online.Add(key, sessions = new SortedSet<string>(StringComparer.Ordinal));

        return sessions;
    }

    private sealed record Arrival(TimeSpan At, LinkView Link, ClientFrame.Ack Ack, bool MustBeHeard);
}
