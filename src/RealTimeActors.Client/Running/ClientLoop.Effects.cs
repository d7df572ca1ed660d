using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Client.Transport;

namespace RealTimeActors.Client.Running;

// What the machine wants done.
internal sealed partial class ClientLoop
{
    private async ValueTask CarryOutAsync()
    {
        _trouble = _machine.Trouble;
        while (_machine.TryTake(out var effect))
        {
            if (effect is ClientEffect.SessionChanged changed)
                await SaveAsync(changed);
            else
                CarryOut(effect);
        }
    }

    private void CarryOut(ClientEffect effect)
    {
        switch (effect)
        {
            case ClientEffect.Deliver delivery:
                ((IFollower)delivery.Subscription.Host!).Enqueue(delivery);
                break;
            case ClientEffect.Notify notify:
                Tell((IFollower)notify.Subscription.Host!, notify.Notice);
                break;
            case ClientEffect.Send send:
                Find(send.Connection)?.Enqueue(send.Frame);
                break;
            case ClientEffect.Complete complete when _calls.Remove(complete.Request, out var call):
                call.Complete(complete.Outcome);
                break;
            case ClientEffect.Open open:
                _links.Add(_options.OpenLink is { } openLink
                    ? openLink(open.Connection, open.Endpoint, this)
                    : WebSocketLink.Open(open.Connection, open.Endpoint, _options.Format, this));
                break;
            case ClientEffect.CloseTransport close when Find(close.Connection) is { } link:
                link.Close(close.Reason);
                _links.Remove(link);
                break;
            case ClientEffect.ObtainToken:
                _ = Task.Run(ObtainTokenAsync);
                break;
            case ClientEffect.StateChanged changed:
                Enter(changed);
                break;
            case ClientEffect.PresenceShown or ClientEffect.PresenceLost:
                TellPresence(effect);
                break;
            default:
                CarryOutState(effect);
                break;
        }
    }

    private ILink? Find(int connection)
    {
        foreach (var link in _links)
        {
            if (link.Connection == connection)
                return link;
        }

        return null;
    }

    private void Tell(IFollower subscription, SubscriptionNotice notice)
    {
        subscription.Enqueue(notice);
        if (notice is not SubscriptionNotice.Ended ended)
            return;

        // Where the client itself was closed by the application, its subscriptions end well.
        _subscriptions.Remove(subscription);
        if (ended.Code == Protocol.CloseCode.Bye)
            subscription.End();
        else
            subscription.Fail(new RealTimeException(ended.Code, ended.Reason));
    }

    private void Enter(ClientEffect.StateChanged changed)
    {
        _state = changed.State;

        // Before anybody goes on who waits for it: whoever has connected has been told so.
        _options.StateChanged?.Invoke(new ClientStateChange(changed.State, changed.Reason, changed.CloseCode));
        if (changed.State == ClientState.Connected)
        {
            _connected.TrySetResult();
        }
        else if (changed.State == ClientState.Closed)
        {
            _connected.TrySetException(new RealTimeException(changed.CloseCode ?? 0, changed.Reason));
            _ = _connected.Task.Exception; // Nobody has to await it.
            EndPresences();
            _closed.TrySetResult();
        }
    }

    private async ValueTask SaveAsync(ClientEffect.SessionChanged changed)
    {
        var wanted = _session;
        _session = changed.Ticket;
        if (wanted is not null && !changed.IsResumed)
            _options.SessionNotResumed?.Invoke(changed.Reason ?? "unknown");
        if (_options.SessionStore is null)
            return;

        try
        {
            await _options.SessionStore.SaveAsync(changed.Ticket, _stop.Token);
        }
        catch (Exception fault) when (_options.SessionNotSaved is not null)
        {
            _options.SessionNotSaved(fault);
        }
    }

    private async Task ObtainTokenAsync()
    {
        try
        {
            var token = await _options.Token!(_stop.Token);
            await PostAsync(new ClientInput(InputKind.TokenObtained, Text: token));
        }
        catch (Exception fault)
        {
            await PostAsync(new ClientInput(InputKind.TokenFailed, Text: fault.Message));
        }
    }

    private void Abandon(Exception fault)
    {
        _inputs.Writer.TryComplete();
        _state = ClientState.Closed;
        foreach (var link in _links)
            link.Close("the client failed");
        _links.Clear();
        foreach (var call in _calls.Values)
            call.Fail(fault);
        foreach (var edit in _edits.Values)
            edit.Fail(fault);
        foreach (var subscription in _subscriptions)
            subscription.Fail(fault);
        EndPresences();
        while (_inputs.Reader.TryRead(out var input))
        {
            if (input.Subject is PendingCall call)
                call.Fail(fault);
            else if (input.Subject is EditCall edit)
                edit.Fail(fault);
            else if (input.Subject is ChannelPresence presence)
                presence.End();
            else if (input.Subject is IFollower subscription)
                subscription.Fail(fault);
        }

        _connected.TrySetException(fault);
        _closed.TrySetException(fault);
        _ = _connected.Task.Exception; // Nobody has to await it,
        _ = _closed.Task.Exception; // nor this.
    }
}
