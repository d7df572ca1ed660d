using RealTimeActors.Actors;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Engine.Relays;

/// <summary>Passes requests on to the nodes that have their connections, and answers those that others pass on to this one. It knows of no connection itself, and keeps nothing but what is under way.</summary>
/// <remarks>Three files: what it is told (here), requests that came here for others (<c>Asking</c>), requests of others (<c>Serving</c>).</remarks>
internal sealed partial class RelayActor(IRelayServer server, RelayAddress address, NodeActorsRef others, RelayOptions options, RelayFigures figures) : Actor<object>
{
    private static readonly object _look = new();
    private bool _isLooking;

    protected override void Receive(object message)
    {
        switch (message)
        {
            case RelayOrder.Ask ask:
                OnAsk(ask.Call, ask.Request);
                break;
            case RelayReply { Tag: RelayCall call } reply:
                OnReply(call, reply);
                break;
            case RelayOrder.Wrote wrote:
                OnWritten(wrote.Call);
                break;
            case RelayOrder.GiveUp giveUp:
                OnGivenUp(giveUp.Call);
                break;
            case RelayCommand.Begin begin:
                OnBegin(begin);
                break;
            case RelayCommand.Next next:
                OnNext(next);
                break;
            case RelayCommand.Wrote wrote:
                OnWritten(wrote);
                break;
            case RelayCommand.GiveUp giveUp:
                OnGivenUp(giveUp);
                break;
            case RelayEvent happened when !happened.Answer.IsOver:
                OnEvent(happened);
                break;
            case RelayOrder.UseTicket use:
                use.Home.Tell(new RelayCommand.UseTicket(use.Hash, use.Stream, use.ComesBack, use.Call, address));
                break;
            case RelayCommand.UseTicket use:
                use.ReplyTo.Tell(new RelayReply.Ticket(use.Tag, server.UseTicket(use.Hash, use.Stream, use.ComesBack)));
                break;
            case RelayReply { Tag: TicketCall call } reply:
                OnTicket(call, reply);
                break;
            default:
                if (ReferenceEquals(message, _look))
                    OnLook();

                break;
        }
    }

    /// <summary>One timer for all of them, and none while there are none.</summary>
    private void LookOut()
    {
        if (_isLooking)
            return;

        _isLooking = true;
        Context.StartPeriodicTimer(_look, options.Look, _look);
    }

    private void OnLook()
    {
        LookAtCalls();
        LookAtAnswers();
        if (_calls.Count > 0 || _answers.Count > 0)
            return;

        _isLooking = false;
        Context.CancelTimer(_look);
    }

    private static void OnTicket(TicketCall call, RelayReply reply)
    {
        if (reply is RelayReply.Ticket ticket)
            call.Used(ticket.Admits);
        else
            call.Lost();
    }

    private long Now => Context.Time.GetTimestamp();

    private bool HasPassed(TimeSpan time, long since) => Context.Time.GetElapsedTime(since) >= time;
}
