using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Engine.Relays;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.TestKit.Network.Http;

/// <content>Requests for lines of other nodes, which came here, and for lines of this one, which came to others: by the product's own relays.</content>
internal sealed partial class SimulatedHttpServer : IRelayServer
{
    public void Serve(RelayedRequest request, RelayedAnswer answer)
    {
        var exchange = new RelayedExchange(answer);

        // The relay waits for nobody.
        network.After(TimeSpan.Zero, () =>
        {
            if (!_isGone && !exchange.IsClientDone)
                Answer(request, exchange, answer);
        });
    }

    public RelayedTicket? UseTicket(string hash, string? stream, bool comesBack) => null;

    private void Answer(RelayedRequest request, RelayedExchange exchange, RelayedAnswer answer)
    {
        if (_byPlace.GetValueOrDefault(request.Place) is not { } line)
        {
            answer.NotHere();
            return;
        }

        switch (request)
        {
            case RelayedRequest.Up when line.Line.HasEnded:
                Refuse(exchange, new HttpHead(410, CloseCode: line.Line.ClosedBy?.Code));
                break;
            case RelayedRequest.Up up:
                var frames = new List<ClientFrame>();
                FrameCodecs.Json.TryDecodeClient(up.Lines.Span, Limits.FrameBytesMax, frames);
                line.WhenThereIsRoom(() => Take(exchange, line, frames, up.Lines.Length));
                break;
            case RelayedRequest.Stream stream:
                Follow(exchange, answer, line, stream.After, SimulatedWay.ServerSentEvents, TimeSpan.Zero);
                break;
            case RelayedRequest.Poll poll:
                Follow(exchange, answer, line, poll.After, SimulatedWay.LongPolling, poll.Wait);
                break;
        }
    }

    private void Follow(RelayedExchange exchange, RelayedAnswer answer, SimulatedLine line, string after, SimulatedWay way, TimeSpan wait)
    {
        switch (line.Line.StartOf(BatchId.TryParse(after, out var id) ? id : null, hasIdentity: false))
        {
            case DownStart.After start:
                Serve(exchange, way, line, start.Number, wait);
                break;
            case DownStart.Over over:
                Refuse(exchange, new HttpHead(410, CloseCode: over.By.Code));
                break;
            default:
                answer.NotHere();
                break;
        }
    }

    /// <summary>Whether another node is asked, because the key is of that one.</summary>
    /// <param name="exchange">The client's request.</param>
    /// <param name="place">What it shows.</param>
    /// <param name="request">What the other node is asked.</param>
    /// <param name="isUp">Whether it has frames: those are not taken elsewhere.</param>
    /// <param name="here">What is done where the connection turns out to be nobody's.</param>
    private bool PassesOn(SimulatedExchange exchange, string place, RelayedRequest request, bool isUp, Action here)
    {
        void OnNotTaken(RelayRefusal why)
        {
            network.Counts.PassedOnInVain++;
            network.After(TimeSpan.Zero, () =>
            {
                if (_isGone || exchange.IsClientDone)
                    return;

                exchange.OnAborted = null;
                if (why is RelayRefusal.Busy or RelayRefusal.OutOfReach || (isUp && why != RelayRefusal.NotHere))
                    Refuse(exchange, new HttpHead(503));
                else
                    here();
            });
        }

        switch (relays?.HomeOf(place[(place.IndexOf(';', StringComparison.Ordinal) + 1)..]))
        {
            case RelayHome.There there:
                var call = new PassedOnExchange(exchange, OnNotTaken);
                exchange.OnAborted = call.GiveUp;
                network.Counts.PassedOn++;
                relays.Ask(there, request, call);
                return true;
            case RelayHome.OutOfReach:
                OnNotTaken(RelayRefusal.OutOfReach);
                return true;
            default:
                return false;
        }
    }
}
