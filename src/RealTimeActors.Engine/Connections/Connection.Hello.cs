using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Connections;

/// <summary>From the hello to the welcome: whose connection it is, which session it goes on with, what that follows.</summary>
internal sealed partial class Connection
{
    private void OnHello(ClientFrame.Hello hello)
    {
        _hello = hello;
        _helloId = hello.Id;
        _helloTrace = services.Traces?.Begin(hello.SessionId is null ? "connect" : "resume", channel: null);
        _client = Cut(hello.Client);
        _credit = hello.InitialCredit;
        if (hello.PieceBytes is { } pieces)
        {
            // What is cut is a frame; of one that was compressed there is none to be cut.
            Format = Format.Uncompressed();
            _pieceWriter = new PieceWriter(Format, (int)Math.Min(pieces, int.MaxValue));
        }

        _phase = Phase.Authenticating;
        _beganUnixMs = NowUnixMs;
        Authenticate(hello.Token);
    }

    /// <summary>It is known who the client is.</summary>
    private void OnIdentified(Identity identity)
    {
        _identity = identity;
        _phase = Phase.OpeningSession;
        if (IsExpired)
        {
            Close(CloseCode.TokenExpired, "token expired");
            return;
        }

        // An id becomes the name of an actor and of a stream: what this server would never have given out is not asked for.
        if (_hello!.SessionId is { } id && !IsSessionId(id))
        {
            _notResumed = "unknown";
            OpenSession(null, null);
            return;
        }

        OpenSession(_hello.SessionId, _hello.SessionKey);
    }

    private static bool IsSessionId(string id) =>
        id.Length is > 0 and <= SessionIdCharsMax && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private void OpenSession(string? id, string? key)
    {
        SessionId = id ?? $"s-{_edge.NewId()}";
        SessionShard = ShardMap.ShardOf(SessionId, services.Options.Shards);
        _ref = new ConnectionRef(Id, _edge.Address);
        _key = _edge.NewKey();
        _keyHash = SessionActor.HashOf(_key);
        services.Sessions.Tell(new SessionCommand.Open(
            SessionId, id is null ? null : (ReadOnlyMemory<byte>?)SessionActor.HashOf(key ?? ""), _keyHash, _identity!.User, _ref));
    }

    internal void OnSession(SessionReply reply)
    {
        switch (reply)
        {
            case SessionReply.Opened opened when _phase == Phase.OpeningSession:
                OnSessionOpened(opened);
                break;
            case SessionReply.NotOpened { Reason: { } reason } when _phase == Phase.OpeningSession:
                _notResumed = reason;
                services.Meters.NotResumed(reason);
                OpenSession(null, null);
                break;
            case SessionReply.NotOpened:
                Close(CloseCode.TryAgain, "the session cannot be reached", afterMs: 1_000);
                break;
            case SessionReply.Ended:
                Close(CloseCode.SessionEnded, "an administrator ended the session");
                break;
            case SessionReply.AttachAnew:
                Attach();
                break;
            case SessionReply.PresenceHandedOver handedOver:
                TakePresences(handedOver.Present);
                break;
            case SessionReply.TakenOver:
                Close(CloseCode.TakenOver, "another connection took the session over");
                break;
            case SessionReply.CursorRead { Tag: ClientFrame.Subscribe subscribe } read:
                OnCursor(subscribe, read.Subscription);
                break;
            case SessionReply.CursorsRead { Tag: Following following } read:
                OnCursors(following, read.Channels);
                break;
            case SessionReply.Stored { Tag: Following following }:
                OnComplete(following);
                break;
            case SessionReply.Stored { Tag: AnnounceTag tag }:
                OnWaited(tag.Following);
                break;
            case SessionReply.Stored { Tag: Request request } stored:
                OnStored(request, stored.Nacked);
                break;
            case SessionReply.Redeliver redeliver:
                OnRedeliver(redeliver);
                break;
            case SessionReply.GaveUp gaveUp:
                OnGaveUp(gaveUp);
                break;
            case SessionReply.NackLater nack:
                OnNackLater(nack);
                break;
            case SessionReply.NotStored { Tag: Request request } notStored:
                OnNotStored(request, notStored.Message);
                break;
            case SessionReply.NotStored { Tag: Following following }:
                following.IsUnwritten = true;
                break;
            case SessionReply.NotStored { Tag: AnnounceTag tag }:
                tag.Following.Unwritten.Add(tag);
                break;
        }
    }

    private void OnSessionOpened(SessionReply.Opened opened)
    {
        _isResumed = opened.IsResumed;
        if (_isResumed)
            _edge.Figures.SessionsResumed++;
        else
            _edge.Figures.SessionsBegun++;

        _phase = Phase.Joining;
        _joining++;
        TakePresences(opened.Present);

        var wanted = _hello?.Subscriptions ?? [];
        var asked = wanted.Select(subscribe => subscribe.Channel).ToHashSet(StringComparer.Ordinal);
        _cursors = [.. opened.Subscriptions.Where(subscription => subscription.IsByPattern)];
        foreach (var subscription in opened.Subscriptions)
        {
            // What came by a pattern goes on by it.
            if (subscription.IsByPattern && !asked.Contains(subscription.Channel.Value))
                continue;

            _resumable[subscription.Channel] = subscription;
            if (!MayFollow(subscription, isAsked: asked.Contains(subscription.Channel.Value)) || asked.Contains(subscription.Channel.Value))
                continue;

            if (subscription.Inbox.Count > 0)
                BeginInbox(subscription);
            else
                Join(subscription.Channel, new Request(0, subscription.Options) { Resumed = subscription, BeginsAnew = subscription.BeginsAnew }, FromOf(subscription));
        }

        _resumablePatterns = opened.Patterns;
        foreach (var pattern in opened.Patterns)
        {
            if (!asked.Contains(pattern.Pattern.Text))
                Resume(pattern);
        }

        foreach (var subscribe in wanted)
            OnSubscribe(subscribe);

        _hello = null;
        Joined();
    }

    /// <summary>One subscription less to wait for; with the last one the client is welcome.</summary>
    private void Joined()
    {
        if (--_joining > 0 || _phase != Phase.Joining)
            return;

        _phase = Phase.Open;
        _helloTrace?.End();
        var options = services.Options;
        Send(new ServerFrame.Welcome
        {
            Id = _helloId,
            Connection = Id,
            Session = new SessionRef(SessionId, _key, _isResumed, _notResumed),
            Node = options.Node,
            TimeUnixMs = NowUnixMs,
            HeartbeatMs = (long)options.Heartbeat.TotalMilliseconds,
            FrameBytesMax = options.FrameBytesMax,
            SubscriptionsMax = options.SubscriptionsMax,
            Reconnect = options.Reconnect,
            Subscriptions = [.. _begun ?? []],
        });

        // The welcome has gone another way: what follows in the stream must say first where it begins.
        if (transport.TakesAnswers)
        {
            foreach (var begun in _begun ?? [])
                Send(begun with { Id = 0 });
        }

        foreach (var refused in _refused ?? [])
            Send(refused);

        TakeOutRefused();
        foreach (var subscription in _subscriptions.Values)
        {
            if (!subscription.IsHeld)
                Start(subscription);
        }

        BeginPatterns();
        BeginPresences();
        _begun = null;
        _refused = null;
        _resumable.Clear();
        _key = "";
        while (_phase == Phase.Open && _early is not null && _early.TryDequeue(out var early))
            OnReceived(early.Frames, early.Bytes);

        if (_phase == Phase.Open)
            _early = null;
    }
}
