using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine;

// The server will be gone soon: another connection is made before this one is broken, so that no event is late.
public sealed partial class ClientMachine
{
    private Successor? _successor;

    /// <summary>When to connect elsewhere: a moment of the time that goaway gave, left to chance; null: nobody asked.</summary>
    private TimeSpan? _goawayAt;
    private int _successionAttempts;

    /// <summary>Whether a successor of the present connection has said hello, whatever became of it: from then on it may have been this client that took the session over.</summary>
    private bool _hasGreetedElsewhere;

    private void OnGoaway(TimeSpan now, ServerFrame.Goaway goaway)
    {
        if (_phase != ConnectionPhase.Welcomed || _successor is not null)
            return;

        // Elsewhere first, where there is an elsewhere.
        _redirect = goaway.Url;
        if (goaway.Url is null)
            _endpoint++;

        var spreadMs = Math.Min(goaway.SpreadMs, goaway.WithinMs);
        var pause = TimeSpan.FromMilliseconds(spreadMs * Math.Clamp(_chance(), 0, 1));

        // Servers that send a client on and on are not called in a circle.
        if (now - _welcomedAt >= _options.StableAfter)
            _successionAttempts = 0;
        else if (Backoff.Pause(_advice, _successionAttempts++, _chance()) is var atLeast && atLeast > pause)
            pause = atLeast;

        var at = now + pause;
        _goawayAt = _goawayAt < at ? _goawayAt : at;
        TickSuccessor(now);
    }

    private void TickSuccessor(TimeSpan now)
    {
        if (_goawayAt <= now && _phase == ConnectionPhase.Welcomed)
        {
            _goawayAt = null;
            _successor = new Successor(++_lastConnection, now + _options.OpenWithin);
            Emit(new ClientEffect.Open(_successor.Connection, NextEndpoint()));
        }

        if (_successor is { } late && late.Until <= now)
        {
            Emit(new ClientEffect.CloseTransport(late.Connection, "too late"));
            SuccessorFailed(now, null, late.IsGreeting ? $"No welcome came within {_options.AnswerWithin}." : $"The transport did not open within {_options.OpenWithin}.", TimeSpan.Zero);
        }
    }

    private void SuccessorOpened(TimeSpan now)
    {
        if (_successor is not { IsGreeting: false } successor)
            return;

        // What it says it has done is said on the connection that still counts.
        FlushAcks(now);
        successor.IsGreeting = true;
        _hasGreetedElsewhere = true;
        successor.Until = now + _options.AnswerWithin;
        var asked = SubscriptionsForHello();
        successor.Asked.UnionWith(asked);
        if (_options.CreditWindow is { } window)
        {
            // The window is shared for a moment: a quarter at most is left to what is still under way on the present connection.
            var free = window - _creditAtApplication;
            successor.EventsBefore = Math.Min(Math.Min(_creditAtServer, Math.Max(1, window / 4)), free);
            successor.Credit = free - successor.EventsBefore;
        }

        _lastSent = now;
        Emit(new ClientEffect.Send(successor.Connection, HelloWith(asked, _options.CreditWindow is null ? null : successor.Credit)));
    }

    private void ReceivedFromSuccessor(TimeSpan now, ServerFrame frame)
    {
        if (_successor is not { IsGreeting: true } successor)
            return;

        switch (frame)
        {
            case ServerFrame.Welcome welcome:
                Emit(new ClientEffect.CloseTransport(_connection, "replaced by another connection"));
                Succeed(successor);
                _lastReceived = now;
                OnWelcome(now, welcome);
                break;
            case ServerFrame.Close close:
                Emit(new ClientEffect.CloseTransport(successor.Connection, close.Reason));
                SuccessorFailed(now, close.Code, close.Reason, TimeSpan.FromMilliseconds(close.AfterMs));
                break;
            case ServerFrame.Ping or ServerFrame.Unknown:
                break;
            default:
                Emit(new ClientEffect.CloseTransport(successor.Connection, "no welcome"));
                SuccessorFailed(now, null, $"A welcome was expected as the first frame; {frame.GetType().Name} came.", TimeSpan.Zero);
                break;
        }
    }

    /// <summary>The present connection has ended. Where its successor is under way that one is all there is, and what was to be asked for is asked for there.</summary>
    private bool IsSucceeded(int? code, string reason)
    {
        if (_successor is not { } successor)
            return false;

        var isByItself = IsTakenOverByItself(code);
        if (code is >= 4300 and < 4500 && !isByItself)
        {
            AbandonSuccessor(reason);
            return false;
        }

        Succeed(successor);
        if (!isByItself)
            Enter(ClientState.Reconnecting, reason, code);
        return true;
    }

    /// <summary>Once a hello was sent elsewhere, being taken over is what this client has done itself; before that it was somebody else.</summary>
    private bool IsTakenOverByItself(int? code) => code == CloseCode.TakenOver && _hasGreetedElsewhere;

    private void Succeed(Successor successor)
    {
        _successor = null;
        _hasGreetedElsewhere = false;
        _goawayAt = null;
        _isRenewing = false;
        Detach();
        _connection = successor.Connection;
        _phase = successor.IsGreeting ? ConnectionPhase.Greeting : ConnectionPhase.Opening;
        _phaseUntil = successor.Until;
        if (!successor.IsGreeting)
            return;

        foreach (var subscription in successor.Asked)
        {
            if (subscription.Phase == SubscriptionPhase.Detached)
                subscription.Phase = SubscriptionPhase.Requested;
        }

        if (_options.CreditWindow is { } window)
        {
            _creditAtServer = successor.Credit;
            _creditOwed = window - _creditAtApplication - _creditAtServer;
        }
    }

    /// <summary>Nobody could be reached, or it was refused: the present connection goes on, and another attempt is made for as long as it does.</summary>
    private void SuccessorFailed(TimeSpan now, int? code, string reason, TimeSpan after)
    {
        var failed = _successor!;
        _successor = null;
        if (failed.HasPassedOver)
        {
            Drop(now, null, reason);
            return;
        }

        // Who is to stay away, or wants another token, will be told so again when this connection is closed.
        Owe(now, 0);
        if (code is >= 4300 and < 4500)
            return;

        _endpoint++;
        var pause = Backoff.Pause(_advice, _successionAttempts++, _chance());
        _goawayAt = now + (after > pause ? after : pause);
    }

    private void AbandonSuccessor(string reason)
    {
        if (_successor is { } successor)
            Emit(new ClientEffect.CloseTransport(successor.Connection, reason));

        _successor = null;
    }

    /// <summary>Whether an event of the present connection may still be taken while its successor is greeted. One that may not comes again there.</summary>
    private bool HasRoomBeforeSuccession(ClientSubscription subscription, long offset)
    {
        if (_options.CreditWindow is null || _successor is not { IsGreeting: true } successor || subscription.HasReceived(offset) || successor.EventsBefore-- > 0)
            return true;

        successor.HasPassedOver = true;
        return false;
    }
}
