using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>9: a session's cursor never moves back but by a seek, and never past what was acked; and a session that was promised to be there is there.</summary>
internal sealed class Cursor : Checker
{
    /// <summary>Messages between the engine's actors are under way for a moment.</summary>
    private static readonly TimeSpan _margin = TimeSpan.FromMilliseconds(30);

    /// <summary>How long an ack may wait for the journal, and the journal for the disk.</summary>
    private static readonly TimeSpan _journaledWithin = TimeSpan.FromMilliseconds(1_200);

    private readonly SortedDictionary<string, SessionView> _sessions = new(StringComparer.Ordinal);

    /// <summary>The session may be on another node than the connection that is taken over.</summary>
    private TimeSpan Margin => _margin + Seen.WordsTake;

    /// <summary>Whether an ack of that session that covers the offset may have arrived: what it acked before a start whose answer was lost is not known.</summary>
    public bool MayBeAcked(string? session, string channel, string epoch, long offset) =>
        session is not null
        && _sessions.TryGetValue(session, out var view)
        && (!view.Cursors.TryGetValue(channel, out var cursor) || cursor.IsUnknown || (cursor.Epoch == epoch && cursor.Acked.Contains(offset)));

    public override void OnArrived(LinkView link, ClientFrame frame)
    {
        switch (frame)
        {
            case ClientFrame.Hello { SessionId: { } id } hello when _sessions.TryGetValue(id, out var resumed) && resumed.User == UserOf(hello):
                resumed.Link = link;

                resumed.Lose(Seen, hello.Token);
                resumed.Seeking.Add(link);
                resumed.Seek(hello);
                break;
            case ClientFrame.Ack ack when SessionOf(link)?.Cursors.GetValueOrDefault(ack.Channel) is { } cursor
                && link.Subscriptions.GetValueOrDefault(ack.Channel) is { } subscription && subscription.Epoch == cursor.Epoch:
                cursor.Acked.Add(ack);
                cursor.MayBeAcked = true;
                if (SessionOf(link)!.Link == link && subscription == cursor.Subscription && !Seen.Plan.Faults.MayLoseAcks)
                    cursor.Arrived.Add((Seen.Now, ack));

                break;
            case ClientFrame.Refresh refresh:
                SessionOf(link)?.Lose(Seen, refresh.Token);
                break;
            case ClientFrame.Unsubscribe unsubscribe:
                SessionOf(link)?.Cursors.Remove(unsubscribe.Channel);
                break;
            case ClientFrame.Subscribe subscribe when subscribe.From is not From.AtSession:
                // From here on it may start anew at any moment.
                SessionOf(link)?.Cursors.Remove(subscribe.Channel);
                break;
            case ClientFrame.Bye { KeepSession: false } when link.Session is { } ended:
                _sessions.Remove(ended);
                break;
        }

        if (frame is not ClientFrame.Hello && SessionOf(link) is { } session && session.KeyLink == link)
            session.FormerKey = null;
    }

    public override void OnSent(LinkView link, ServerFrame frame)
    {
        if (frame is ServerFrame.Event && SessionOf(link) is { } served)
        {
            Require(
                served.Owner == link || Seen.Now < served.OwnedSince + Margin || Seen.MayNotHaveHeard(link) || Seen.MayNotBeAttached(link),
                $"{link.Name} was sent {Line.Of(frame)}, {(Seen.Now - served.OwnedSince).TotalMilliseconds:0} ms after {served.Owner?.Name} had taken its session over.");
        }

        // What comes with a token that is no good any more is not taken: the close is the answer to it.
        if (frame is ServerFrame.Close && SessionOf(link) is { } closed)
        {
            foreach (var cursor in closed.Cursors.Values)
                cursor.Arrived.RemoveAll(ack => ack.At == Seen.Now);

            // Two nodes welcome two connections: the one that had it first may be told so last, and then that it is over. Who has it was welcomed before.
            if (closed.Owner == link && (frame is ServerFrame.Close { Code: CloseCode.TakenOver } || MayHaveBeenFirst(closed, link)))
                (closed.Owner, closed.OwnedSince) = (closed.FormerOwner, Seen.Now);
        }

        // Wherever it was answered to, what it asked for may be written. Where it stands then is told with the welcome, or by nobody.
        if (frame is ServerFrame.Welcome or ServerFrame.Close && link.Hello is { SessionId: { } sought } hello && _sessions.GetValueOrDefault(sought) is { } moved && moved.Seeking.Remove(link))
            moved.Seek(hello);

        if (frame is not ServerFrame.Welcome { Session: var told })
            return;

        if (link.Hello is { SessionId: { } asked, SessionKey: { } key } && !told.Resumed && _sessions.TryGetValue(asked, out var lost))
        {
            var isKey = key == lost.Key || key == lost.FormerKey;
            Require(
                !isKey || !lost.IsPromised || lost.User != UserOf(link.Hello),
                $"{link.Name} presented session {asked} with its key, and was told that it is {told.Reason}; it has durable subscriptions that were told of.");
        }

        if (!_sessions.TryGetValue(told.Id, out var session))
            _sessions.Add(told.Id, session = new SessionView());

        if (told.Resumed)
            Seen.Sometimes.Count("a session is resumed");

        session.User = UserOf(link.Hello);
        session.FormerKey = link.Hello?.SessionKey;
        session.Key = told.Key;
        session.KeyLink = link;
        session.Link = link;
        session.FormerOwner = session.Owner;
        session.Owner = link;
        session.OwnedSince = Seen.Now;
    }

    public override void OnSubscribed(LinkView link, SubscriptionView now, ServerFrame.Subscribed frame, SubscriptionView? former)
    {
        if (!Seen.ChannelOf(frame.Channel).IsDurable || SessionOf(link) is not { } session)
            return;

        var ackMode = now.Request?.AckMode ?? AckMode.Auto;
        var isFromSession = now.Request is null || now.Request.From is From.AtSession;
        if (ackMode == AckMode.None || session.MayBeTaken.Contains(frame.Channel))
        {
            session.Cursors.Remove(frame.Channel);
            return;
        }

        if (isFromSession && former is null && session.Cursors.TryGetValue(frame.Channel, out var cursor))
            CheckResumed(link, frame, cursor);

        if (isFromSession && session.Cursors.TryGetValue(frame.Channel, out var kept) && (frame.Recovered is Recovered.Full or Recovered.Gap || (kept.BeginsAnew && frame.Recovered == Recovered.None)))
        {
            kept.Subscription = now;
            return;
        }

        session.IsPromised = true;
        session.Seeking.RemoveAll(HasEnded);
        if (session.Seeking.Exists(other => other != link && IsSought(other.Hello!, frame.Channel)))
        {
            // It may be served after this one, although it came before: its node stood still, or did not reach the session.
            Seen.Sometimes.Count("a hello is not answered when one that came later is");
            return;
        }

        session.Cursors[frame.Channel] = new CursorView(frame.Epoch, frame.Missing is { } missing ? missing.From - 1 : frame.Offset)
        {
            Subscription = now,
            IsUnknown = isFromSession && frame.Recovered is Recovered.Full or Recovered.Gap,
            BeginsAnew = now.Request is { From: From.AtSession, Mode: SubscriptionMode.Events } && frame.Recovered == Recovered.None,
        };
    }

    public override void OnCrash()
    {
        foreach (var cursor in _sessions.Values.SelectMany(session => session.Cursors.Values))
            cursor.Arrived.RemoveAll(ack => ack.At > Seen.Now - _journaledWithin);
    }

    public override void OnRestored() => _sessions.Clear();

    private void CheckResumed(LinkView link, ServerFrame.Subscribed frame, CursorView cursor)
    {
        if (frame.Epoch != cursor.Epoch)
        {
            Require(frame.Recovered == Recovered.Reset, $"{link.Name} resumes {frame.Channel}, whose epoch changed from {cursor.Epoch}, and was told {frame.Recovered}.");
            return;
        }

        var by = link.HelloAt - Margin;
        var saysSo = frame.Recovered == Recovered.None && cursor.BeginsAnew && !cursor.Arrived.Exists(ack => ack.At <= by);
        if (saysSo)
            Seen.Sometimes.Count("who has acked nothing is told again that he begins anew");

        Require(
            frame.Recovered is Recovered.Full or Recovered.Gap || saysSo,
            $"{link.Name} resumes {frame.Channel} from its session's cursor, and was told {Line.Of(frame)}: the cursor is forgotten.");
        Require(
            saysSo || cursor is not { BeginsAnew: true, MayBeAcked: false },
            $"{link.Name} resumes {frame.Channel}, where its session began anew and has acked nothing since, and was told {Line.Of(frame)}: it may not have heard that what came before is not to come.");

        var start = frame.Missing is { } missing ? missing.From - 1 : frame.Offset;
        var sure = cursor.Sure(by);
        Require(start <= cursor.Acked.Prefix || cursor.IsUnknown, $"{link.Name} resumes {frame.Channel} after {start}; its session acked everything only up to {cursor.Acked.Prefix}.");
        Require(start >= sure, $"{link.Name} resumes {frame.Channel} after {start}; its session had acked everything up to {sure} long before.");
        Seen.Sometimes.Count("a cursor is resumed");
    }

    /// <summary>Whether the connection that was welcomed last may have had the session first: it waited for its welcome already when the other one was welcomed, and was closed for another reason before it could be told
    /// that it is over.</summary>
    private bool MayHaveBeenFirst(SessionView session, LinkView link) =>
        session.FormerOwner?.WelcomedAt > link.HelloAt && (Seen.Now < session.OwnedSince + Margin || Seen.MayNotHaveHeard(link));

    /// <summary>An administrator ends the subscriptions of a user, of which nobody may be told.</summary>
    public void TakenOff(string user, string channel)
    {
        foreach (var session in _sessions.Values.Where(session => session.User == user))
            session.Lose(channel);
    }

    /// <summary>The engine has let go of it, answered or not: it asks the session for nothing any more.</summary>
    private static bool HasEnded(LinkView link) => SimulatedNode.EngineEndOf(link.Link) is null or { IsEnded: true };

    private static bool IsSought(ClientFrame.Hello hello, string channel) => hello.Subscriptions.Any(asked => asked.Channel == channel && asked.From is not From.AtSession);

    private string? UserOf(ClientFrame.Hello? hello) => Seen.Office?.Tokens.IdentityOf(hello?.Token)?.User;

    private SessionView? SessionOf(LinkView link) => link.Session is { } id ? _sessions.GetValueOrDefault(id) : null;

    private sealed class SessionView
    {
        public string Key { get; set; } = "";

        /// <summary>Good until the first frame on the connection that was given the new one.</summary>
        public string? FormerKey { get; set; }

        public LinkView? KeyLink { get; set; }

        public string? User { get; set; }

        /// <summary>Channels that were taken from it at some time, or may have been: where it stands in them is not known.</summary>
        public SortedSet<string> MayBeTaken { get; } = new(StringComparer.Ordinal);

        /// <summary>A token was shown: what it does not give the right to is taken out of the session; without history also what was being replayed.</summary>
        public void Lose(Observations seen, string? token)
        {
            if (seen.Office?.Tokens.IdentityOf(token) is not { } identity)
                return;

            foreach (var channel in seen.Plan.Channels)
            {
                if (!seen.Plan.Engine.Access.RightsOf(identity, ChannelName.Parse(channel.Name)).HasFlag(Rights.Subscribe | Rights.History))
                    Lose(channel.Name);
            }
        }

        public void Lose(string channel)
        {
            MayBeTaken.Add(channel);
            Cursors.Remove(channel);
        }

        /// <summary>Connections whose hello has come, and is not answered: where they asked to begin is where the session stands from some moment on, which may be after that of another that came later.</summary>
        public List<LinkView> Seeking { get; } = [];

        public void Seek(ClientFrame.Hello hello)
        {
            foreach (var asked in hello.Subscriptions.Where(asked => asked.From is not From.AtSession))
                Cursors.Remove(asked.Channel);
        }

        /// <summary>The connection that has the session, or is about to take it over.</summary>
        public LinkView? Link { get; set; }

        /// <summary>The connection that was welcomed last.</summary>
        public LinkView? Owner { get; set; }

        /// <summary>The one that was welcomed before that.</summary>
        public LinkView? FormerOwner { get; set; }

        public TimeSpan OwnedSince { get; set; }

        /// <summary>A durable subscription was told of: the session must survive anything but a restore.</summary>
        public bool IsPromised { get; set; }

        public SortedDictionary<string, CursorView> Cursors { get; } = new(StringComparer.Ordinal);
    }

    private sealed class CursorView(string epoch, long start)
    {
        public string Epoch { get; } = epoch;

        /// <summary>Everything that any of its connections acked.</summary>
        public AckedOffsets Acked { get; } = new(start);

        /// <summary>Acks that the session must have heard. What a crash may have taken is taken out.</summary>
        public List<(TimeSpan At, ClientFrame.Ack Ack)> Arrived { get; } = [];

        public SubscriptionView? Subscription { get; set; }

        /// <summary>It was asked for where the session had none.</summary>
        public bool BeginsAnew { get; init; }

        /// <summary>Something of it may have been acked.</summary>
        public bool MayBeAcked { get; set; }

        /// <summary>It goes on from a start whose answer was lost: what was acked before is not known.</summary>
        public bool IsUnknown { get; init; }

        public long Sure(TimeSpan by)
        {
            var sure = new AckedOffsets(start);
            foreach (var (at, ack) in Arrived)
            {
                if (at <= by)
                    sure.Add(ack);
            }

            return sure.Prefix;
        }
    }
}
