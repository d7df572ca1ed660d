using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>The channel has answered: its answer goes to the session, and then to the client; until then nothing of the channel is sent.</summary>
internal sealed partial class Connection
{
    /// <summary>The channel has answered: the subscription has a position, which the session is to remember before the client is told.</summary>
    internal void OnJoined(Request request, ChannelReply.Joined joined)
    {
        var subscription = request.Subscription!;
        if (!Has(subscription))
        {
            OnNotJoined(request);
            return;
        }

        // A living subscription goes on where it is: what retention took meanwhile it finds out when it reads on, as ever.
        if (request.IsRejoin && joined is { Snapshot: null, Start.Missing: { } taken })
            joined = joined with { Start = joined.Start with { Offset = taken.From - 1, Recovered = Recovered.Full, Missing = null } };

        subscription.Begin(joined.Start, joined.IsDurable, request.Ahead ?? (request.IsRejoin ? subscription.Accounted.Ahead : request.Resumed?.Ahead) ?? [], joined.Snapshot);
        if (request.Former is { } former)
            subscription.TakeNackedOf(former);

        subscription.Channel.Add(subscription);
        request.Start = joined.Start;
        var isWhereItWas = request.Resumed is { } resumed && resumed.Options == subscription.Options && resumed.IsByPattern == (request.By is not null) && joined.Start.Recovered == Recovered.Full;
        if (isWhereItWas || ((request.IsRejoin || request.KnowsCursor) && joined.Start.Recovered == Recovered.Full) || request.By is { IsAcked: false })
        {
            OnStored(request, request.Resumed is { Nacked: { IsEmpty: false } nacked } && joined.Start.Recovered == Recovered.Full ? [.. nacked.Values] : []);
            return;
        }

        // The cursor stands before a gap until the client has acked it: should the answer be lost, the next one tells of the gap again.
        var prefix = joined.Start.Missing is { } missing ? missing.From - 1 : joined.Start.Offset;
        var cursor = new SessionSubscription(joined.Channel, subscription.Options, joined.IsDurable, joined.Start.Epoch, prefix, joined.Start.Recovered == Recovered.Full ? request.Resumed?.Ahead ?? [] : [])
        {
            IsByPattern = request.By is not null,
            NeedsSnapshot = joined.Snapshot is not null && joined.Start.Missing is null,
            BeginsAnew = request.BeginsAnew && joined.Start.Recovered != Recovered.Reset,
        };
        services.Sessions.Tell(new SessionCommand.Subscribe(SessionId, _ref!, cursor, request)
        {
            // Of what lived before the session knows best: what was sent to it need not be acked.
            Number = _edge.NextWord(),
            KeepsCursor = joined.Start.Recovered is Recovered.Full or Recovered.Gap && (request.IsRejoin || request.KeepsCursor || request is { KnowsCursor: true, Former: not null }),
        });
    }

    /// <summary>Whether it is followed by this subscription still.</summary>
    internal bool Has(Subscription subscription) => _subscriptions.GetValueOrDefault(subscription.Channel.Name) == subscription;

    /// <summary>One that was replaced or given up meanwhile was not joined, and need not be.</summary>
    internal void OnNotJoined(Request request)
    {
        if (_phase == Phase.Joining || request.By is not null)
            JoinedUnlessAgain(request);
        else
            AnswerReplaced(request);
    }

    private void AnswerReplaced(Request request) => Answer(request.Subscription!.EndedBecause is { } reason
        ? new ServerFrame.Error(ErrorCode.Forbidden, reason) { Id = request.Id }
        : new ServerFrame.Error(ErrorCode.Conflict, $"A later frame subscribed to {request.Subscription.Channel.Name} anew, or unsubscribed.") { Id = request.Id });

    /// <param name="request">What is done.</param>
    /// <param name="nacked">What the client could not process before: the session delivers it again when it is due.</param>
    private void OnStored(Request request, IReadOnlyList<NackedEvent> nacked)
    {
        if (request.Subscription is not { } subscription)
        {
            Answer(new ServerFrame.Ok { Id = request.Id });
            return;
        }

        if (!IsAskedBy(subscription, request))
            return;

        subscription.Asked = null;
        request.Trace?.End();
        var isCurrent = _subscriptions.GetValueOrDefault(subscription.Channel.Name) == subscription;
        if (!isCurrent && request.By is not null)
        {
            JoinedUnlessAgain(request);
            return;
        }

        if (!isCurrent && _phase != Phase.Joining)
        {
            // Given up while the session was written: to be told of a position now would mean that it is followed.
            AnswerReplaced(request);
            return;
        }

        subscription.HoldBack(nacked);
        var start = request.Start!;
        if (start.Missing is { } gone)
            _edge.Figures.EventsGone += gone.To - gone.From + 1;

        var subscribed = new ServerFrame.Subscribed
        {
            Id = request.Id,
            Channel = subscription.Channel.Name.Value,
            Epoch = start.Epoch,
            Offset = start.Offset,
            Head = start.Head,
            Recovered = start.Recovered switch
            {
                Recovered.Full or Recovered.Gap when request.BeginsAnew => Recovered.None,
                not Recovered.Gap when request.IsFresh => Recovered.None,
                var recovered => recovered,
            },
            Missing = start.Missing,
            Reason = start.Missing is null ? null : "retention",
        };

        if (request.By is { IsAnswered: false } by)
        {
            if (!request.IsRejoin || start.Recovered != Recovered.Full)
                by.Hold(subscription, subscribed);

            subscription.IsHeld = true;
            JoinedUnlessAgain(request);
            return;
        }

        if (_phase == Phase.Joining)
        {
            if (isCurrent && (!request.IsRejoin || start.Recovered != Recovered.Full))
            {
                _begun?.RemoveAll(begun => begun.Channel == subscribed.Channel);
                (_begun ??= []).Add(subscribed);
            }

            JoinedUnlessAgain(request);
            return;
        }

        // A living subscription that goes on where it was has nothing to be told.
        if (!request.IsRejoin || start.Recovered != Recovered.Full)
            Send(subscribed);

        // Acks do not say of which life of the log they are, nor of which subscription. Those that are under way are of the former one, and of no state that was not sent yet; the answer to a ping comes
        // behind them.
        if ((request.IsRejoin && start.Recovered == Recovered.Reset) || (subscription is { IsAgain: true, OwesState: true } && !request.IsRejoin))
            subscription.KnownAfterPongs = SendPing();

        Start(subscription);
        JoinedUnlessAgain(request);
    }

    /// <summary>Where the channel's actor has ended since, the subscription has asked its successor: that answer counts, also where it came before. What the session is told is passed on where its shard has moved,
    /// and comes behind what is told later.</summary>
    private static bool IsAskedBy(Subscription subscription, Request request) => ReferenceEquals(subscription.Asked?.Request, request);

    /// <summary>The welcome waits for each subscription once; one whose channel actor was replaced meanwhile joins twice.</summary>
    private void JoinedUnlessAgain(Request request)
    {
        if (request.Awaits is { } following)
            OnWaited(following);
        else if (request.By is null && !request.IsRejoin && _phase == Phase.Joining)
            Joined();
    }

    private void OnNotStored(Request request, string message)
    {
        if (request.Subscription is { } asking && !IsAskedBy(asking, request))
            return;

        // What lives, or came by a pattern, goes on whether the session can be written just now or not: nobody has asked for it in this moment, who could be told that it is not followed.
        var subscription = request.Subscription is { } asker && Has(asker) ? asker : null;
        if (subscription is not null && (request.IsRejoin || request.By is not null))
        {
            _edge.JoinAnew(subscription, isSoon: true);
            return;
        }

        request.Trace?.End(ErrorCodes.NameOf(ErrorCode.Overloaded));
        if (subscription is not null)
            Leave(TakeOut(subscription));

        if (_phase == Phase.Joining || request.By is not null)
            JoinedUnlessAgain(request);
        else if (request.Id > 0)
            Send(new ServerFrame.Error(ErrorCode.Overloaded, $"The session could not be written: {message}") { Id = request.Id, AfterMs = 1_000 });

        // It had taken the channel over from a pattern, which goes on with it. Nobody knows what the session has written of it.
        if (subscription is not null && _phase == Phase.Open && _patterns?.OwnerOf(subscription.Channel.Name) is not null)
        {
            services.Sessions.Tell(new SessionCommand.Unsubscribe(SessionId, _ref!, subscription.Channel.Name, null) { Number = _edge.NextWord() });
            GoOnByPattern(subscription);
        }
    }

    private void Start(Subscription subscription)
    {
        // What the client had done ahead of its prefix is not sent again; a client that forgot it must not wait for it either. One that was told of it on this
        // connection, before the channel's actor was replaced, is not told again.
        if (!subscription.IsStarted)
        {
            foreach (var range in subscription.DoneBefore)
                Send(new ServerFrame.Skip(subscription.Channel.Name.Value, range.From, range.To));
        }

        if (!subscription.IsStarted && subscription.IsCatchingUp)
            _edge.Figures.CameBackBehind++;

        subscription.IsStarted = true;
        Look(subscription);
        MarkReady(subscription);
        ResolveEarly(subscription);
        PrepareRedeliveries();
    }

    /// <summary>Nothing more is sent for it, whatever waits already.</summary>
    private void Leave(Subscription subscription)
    {
        subscription.Channel.Remove(subscription);
        _edge.Due.Set(subscription, null);
        LookAway(subscription);
        EndReading(subscription);
        subscription.IsStarted = false;
        if (subscription.IsReady)
            _ready.Remove(subscription);
    }
}
