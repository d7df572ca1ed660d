using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Patterns;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>Looking through the channels of a pattern, page by page: whatever 100,000 of them need is done a few hundred at a time, and only as fast as the client takes it.</summary>
internal sealed partial class Connection
{
    /// <summary>Joins and writes of the session under way, beyond which the next page waits.</summary>
    private const int WaitingMax = 64;

    /// <summary>Channels that are in memory at one time only because this connection catches up with them.</summary>
    private const int VisitsMax = 256;

    /// <summary>Channels that the client is told of before others have their turn.</summary>
    private const int ToldAtOnceMax = 256;

    private const long PageWithinMs = 10_000;

    /// <summary>After which a page is asked for again that the directory was not there for.</summary>
    private const long PageAgainMs = 500;

    /// <summary>Where the resumed session stands in channels that came by patterns; only until the client is welcome.</summary>
    private IReadOnlyList<SessionSubscription> _cursors = [];

    private bool HasRoom => QueuedBytes <= services.Options.OutboxBytesMax / 2 && _patterns!.Visits < VisitsMax;

    /// <summary>Goes on with a walk where it stands, if nothing has to be waited for; at its end the session is told.</summary>
    private void Walk(Following following)
    {
        if (following.IsEnded || following.AskedUnixMs is not null)
            return;

        if (following.Next is { } next)
        {
            if (following.Waiting >= WaitingMax || !HasRoom)
                return;

            following.AskedUnixMs = NowUnixMs;
            _edge.ReadPage(following, next);
        }
        else if (following.Waiting == 0 && !following.IsAnswered && !following.IsCompleting)
        {
            following.IsCompleting = true;
            following.Kept = following.Kept with { IsComplete = true };
            services.Sessions.Tell(new SessionCommand.Follow(SessionId, _ref!, following.Kept, following));
        }
    }

    /// <summary>The directory could not be reached: not asked again at once, or this would run in circles as long as it is so.</summary>
    internal static void AskSoon(WalkTag tag)
    {
        if (tag.Walk == tag.Following.Walk && tag.Following.AskedUnixMs is { } asked)
            tag.Following.AskedUnixMs = asked - PageWithinMs + PageAgainMs;
    }

    internal void OnChannels(WalkTag tag, DirectoryReply.Page page)
    {
        var following = tag.Following;
        if (following.IsEnded || tag.Walk != following.Walk)
            return;

        following.AskedUnixMs = null;
        var begun = new List<SessionSubscription>();
        var gone = new List<SessionSubscription>();
        foreach (var channel in page.Channels)
        {
            Meet(following, channel, following.CursorAt(channel.Channel, gone), begun);
            if (following.IsEnded)
                return;
        }

        following.Next = page.Next;
        if (page.Next is null)
            following.CursorAt(null, gone);

        LetGo(following, gone);
        if (begun.Count > 0)
        {
            following.Waiting++;
            services.Sessions.Tell(new SessionCommand.Announce(SessionId, _ref!, begun, new AnnounceTag(following, begun)));
        }

        Walk(following);
        GoOn();
    }

    /// <summary>One thing less that the walk waits for.</summary>
    private void OnWaited(Following following)
    {
        following.Waiting--;
        Walk(following);
        GoOn();
    }

    /// <summary>The directory tells of a channel: it has come into being, has stirred, or has ended.</summary>
    internal void OnChannel(ChannelStanding standing, bool isEnded)
    {
        var channel = standing.Channel;
        if (_phase is not (Phase.Open or Phase.Joining) || _patterns is not { } patterns || _subscriptions.ContainsKey(channel))
            return;

        if (patterns.TryGetSleeper(channel, out var sleeper))
        {
            if (isEnded)
                LetGo(channel, sleeper);
            else if (IsFurther(standing, sleeper))
                Wake(channel, sleeper, standing.IsAwake);
        }
        else if (!isEnded && patterns.OwnerOf(channel) is { } owner && owner.HasPassed(channel) && !_asking.ContainsKey(channel))
        {
            if (WhyNot(channel, needsHistory: false) is null)
                Discover(owner, standing, null, null);
            else
                Refused(owner, channel);
        }
    }

    /// <summary>A channel that the walk has come to.</summary>
    private void Meet(Following following, ChannelStanding standing, SessionSubscription? cursor, List<SessionSubscription> begun)
    {
        var channel = standing.Channel;
        var owner = _patterns!.OwnerOf(channel);
        if (owner != following)
        {
            // A narrower one that has not come to it yet goes on where the session stands.
            if (owner is { IsMeeting: true } && !owner.HasPassed(channel) && following is { IsResumed: true, IsAcked: true, Mode: WalkMode.Resumed })
                owner.Inherit(channel, cursor, following.MayHaveRefused(channel));

            return;
        }

        if (_asking.ContainsKey(channel))
            return;

        if (_subscriptions.TryGetValue(channel, out var live))
        {
            if (live.By is { } by && by != following)
                HandOver(live, following);
        }
        else if (WhyNot(channel, needsHistory: false) is { } missing)
        {
            if (cursor is null)
                Refused(following, channel);
            else
                TakeOut(following, channel, missing);
        }
        else if (_patterns.TryGetSleeper(channel, out var sleeper))
        {
            if (sleeper.By != following)
            {
                HandOver(channel, sleeper, following, begun);
                _patterns.TryGetSleeper(channel, out sleeper);
            }

            if (IsFurther(standing, sleeper) && !sleeper.IsBehind)
                Wake(channel, sleeper, standing.IsAwake);
        }
        else
        {
            var expected = cursor is null ? ByAnother(following, channel) : null;
            Discover(following, standing, cursor ?? expected?.Cursor, begun, isExpectedToBeNew: expected is { HasRefused: false });
        }
    }

    /// <summary>A channel in which the session stands may not be followed any more: it is taken out of the session, and the client is told.</summary>
    private void TakeOut(Following following, ChannelName channel, string reason)
    {
        Refused(following, channel);
        services.Sessions.Tell(new SessionCommand.Forget(SessionId, _ref!, [channel]));
        TellEnded(new ServerFrame.Unsubscribed(channel.Value, UnsubscribeCode.RightMissing, reason));
    }

    /// <summary>Where the client may expect the channel to go on by another pattern of its session, which came to it before this one or has not come to it yet: there this one goes on. Null: there is none.</summary>
    private (SessionSubscription? Cursor, bool HasRefused)? ByAnother(Following following, ChannelName channel)
    {
        if (following.Inherited(channel) is { } inherited)
            return inherited;

        return _patterns!.All.FirstOrDefault(other => other != following && other.IsStillToMeet(channel)) is { } other ? (other.CursorOf(channel), other.MayHaveRefused(channel)) : null;
    }

    private static bool IsFurther(ChannelStanding standing, Sleeper sleeper) =>
        standing.IsAwake || standing.Epoch != sleeper.Epoch || standing.Head != sleeper.Prefix;

    /// <summary>A channel that the connection does not follow yet.</summary>
    /// <param name="following">By which pattern.</param>
    /// <param name="standing">How the channel stands.</param>
    /// <param name="cursor">Where the session stands there; null: nowhere.</param>
    /// <param name="begun">Takes what the session is to remember of it; null: the channel was born just now, and the session need not know.</param>
    /// <param name="isExpectedToBeNew">Whether the client follows it by another pattern, too, to which it would be a channel that was born meanwhile.</param>
    private void Discover(Following following, ChannelStanding standing, SessionSubscription? cursor, List<SessionSubscription>? begun, bool isExpectedToBeNew = false)
    {
        var patterns = _patterns!;
        if (patterns.Channels >= services.Options.PatternChannelsMax)
        {
            End(following, UnsubscribeCode.TooMany, $"A connection follows at most {services.Options.PatternChannelsMax} channels by patterns; {following.Pattern} names more. Subscribe to a narrower one.");
            return;
        }

        var channel = standing.Channel;
        var request = new Request(0, following.Kept.OptionsOf(standing.IsDurable)) { By = following };
        if (cursor is not null && following.IsAcked)
        {
            cursor = cursor with { Options = request.Options! };
            if (standing.IsAwake || standing.Epoch != cursor.Epoch || standing.Head != cursor.Prefix || cursor.Ahead.Count > 0)
                Visit(channel, request with { Resumed = cursor, Awaits = following }, FromOf(cursor), standing.IsAwake);
            else
                patterns.SetSleeper(channel, new Sleeper(following, standing.Epoch, cursor.Prefix, IsTold: false, IsBehind: false, IsFresh: false));

            return;
        }

        request = request with { IsFresh = true };
        var mayReadAll = RightsOf(channel).HasFlag(Rights.History);
        var isFromBeginning = begun is null || following.Mode == WalkMode.Repaired
            || (following.Mode == WalkMode.Resumed && (mayReadAll || !following.MayHaveRefused(channel)))
            || isExpectedToBeNew;
        if (isFromBeginning)
        {
            // Where it is sure to begin at its beginning again, no cursor means the same.
            Visit(channel, request with { KnowsCursor = !following.Kept.HasRefused, KeepsCursor = true, Awaits = begun is null ? null : following }, new From.Position(standing.Epoch, 0), standing.IsAwake);
            return;
        }

        var from = following.Mode == WalkMode.First && mayReadAll && following.From is not From.AtSession ? following.From : From.Now;
        if (standing.IsAwake)
        {
            Join(channel, request with { Awaits = following, NeedsHistory = from is not From.AtNow }, from);
            following.Waiting++;
            return;
        }

        var prefix = from switch
        {
            From.AtEarliest => 0,
            From.Last(var count) => Math.Max(0, standing.Head - count),
            _ => standing.Head,
        };
        patterns.SetSleeper(channel, new Sleeper(following, standing.Epoch, prefix, IsTold: false, IsBehind: prefix < standing.Head, IsFresh: true));
        following.Untold.Enqueue(channel);
        if (following.IsAcked)
            begun!.Add(following.Stand(channel, standing.IsDurable, standing.Epoch, prefix));
    }

    /// <summary>Joins a channel to catch up with it; when that is done, it may rest again: at once, if nothing happens there.</summary>
    private void Visit(ChannelName channel, Request request, From from, bool isAwake)
    {
        Join(channel, request, from);
        var subscription = _subscriptions.GetValueOrDefault(channel)!;
        subscription.IsVisit = true;
        _patterns!.Visits++;
        if (isAwake)
            subscription.Channel.Disturb();

        if (request.Awaits is { } following)
            following.Waiting++;
    }

    /// <summary>Cursors of channels that are not there any more. Those of channels that keep for who is away stay: they may come again.</summary>
    private void LetGo(Following following, List<SessionSubscription> gone)
    {
        var forgotten = new List<ChannelName>();
        foreach (var cursor in gone)
        {
            if (_patterns!.OwnerOf(cursor.Channel) != following || _subscriptions.ContainsKey(cursor.Channel) || _patterns.TryGetSleeper(cursor.Channel, out _))
                continue;

            // Whoever is at rest is woken without being asked again.
            if (!Keeps(cursor.Channel))
                forgotten.Add(cursor.Channel);
            else if (WhyNot(cursor.Channel, needsHistory: false) is { } missing)
                TakeOut(following, cursor.Channel, missing);
            else
                _patterns.SetSleeper(cursor.Channel, new Sleeper(following, cursor.Epoch, cursor.Prefix, IsTold: false, IsBehind: false, IsFresh: false));
        }

        if (forgotten.Count > 0)
            services.Sessions.Tell(new SessionCommand.Forget(SessionId, _ref!, forgotten));
    }

    private void LetGo(ChannelName channel, Sleeper sleeper)
    {
        if (sleeper.By.IsAcked && Keeps(channel))
            return;

        _patterns!.RemoveSleeper(channel, out _);
        if (sleeper.By.IsAcked)
            services.Sessions.Tell(new SessionCommand.Forget(SessionId, _ref!, [channel]));
    }

    private bool Keeps(ChannelName channel) => services.Options.SettingsOf(channel).KeepsForOffline;
}
