using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Engine.Relays;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.TestKit.Network.Http;

/// <summary>The server's end of everything that goes over plain HTTP, in one life of a node: what the product's endpoints decide around its lines.</summary>
/// <remarks>Two files: its own lines (here), those of other nodes (<c>Relays</c>).</remarks>
internal sealed partial class SimulatedHttpServer(SimulatedNetwork network, string host, Func<ITransport, IConnection> accept, SeededEntropy entropy, HttpRelays? relays)
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _answersWithin = TimeSpan.FromMilliseconds(1_200);

    private readonly SortedDictionary<string, SimulatedLine> _byPlace = new(StringComparer.Ordinal);
    private readonly List<SimulatedLine> _lines = [];
    private readonly List<SimulatedExchange> _exchanges = [];
    private bool _isLooking;
    private bool _isGone;

    internal static string PlaceOf(string session, string key) => $"{session};{key}";

    /// <summary>The lines that live, and those whose clients may still ask what became of them.</summary>
    internal int Lines => _lines.Count;

    internal void Add(SimulatedExchange exchange) => _exchanges.Add(exchange);

    internal void Remove(SimulatedExchange exchange) => _exchanges.Remove(exchange);

    internal void Register(SimulatedLine line, string place) => _byPlace[place] = line;

    internal void Forget(SimulatedLine line)
    {
        _lines.Remove(line);
        if (line.Place is { } place && _byPlace.GetValueOrDefault(place) == line)
            _byPlace.Remove(place);
    }

    internal void Vanish()
    {
        _isGone = true;
        foreach (var exchange in _exchanges.ToArray())
            exchange.Vanish();

        foreach (var line in _lines)
            line.Vanish();
    }

    /// <summary><c>POST /v1/up</c></summary>
    internal void Up(SimulatedExchange exchange, SimulatedHttpLink from, string? place, List<ClientFrame> frames, byte[] body)
    {
        SimulatedLine line;
        if (frames[0] is ClientFrame.Hello)
        {
            line = Open(from, greetsInStream: false);
        }
        else
        {
            var found = place is null ? null : _byPlace.GetValueOrDefault(place);
            if (found is null && place is not null && PassesOn(exchange, place, new RelayedRequest.Up(place, body), isUp: true, () => Refuse(exchange, new HttpHead(410))))
                return;

            if (found is not { Line.HasEnded: false })
            {
                Refuse(exchange, new HttpHead(410, CloseCode: found?.Line.ClosedBy?.Code));
                return;
            }

            line = found;
        }

        line.WhenThereIsRoom(() => Take(exchange, line, frames, body.Length));
    }

    /// <summary><c>GET /v1/sse</c> and <c>GET /v1/poll</c></summary>
    internal void Down(SimulatedExchange exchange, SimulatedHttpLink from, string place, BatchId? after, TimeSpan wait)
    {
        var found = _byPlace.GetValueOrDefault(place);
        RelayedRequest request = from.Way == SimulatedWay.ServerSentEvents ? new RelayedRequest.Stream(place, $"{after}", HasIdentity: false) : new RelayedRequest.Poll(place, $"{after}", HasIdentity: false, wait);
        if (found is null && PassesOn(exchange, place, request, isUp: false, () => Resume(exchange, from, place, wait)))
            return;

        switch (found?.Line.StartOf(after, hasIdentity: false))
        {
            case DownStart.After start:
                Serve(exchange, from.Way, found, start.Number, wait);
                break;
            case DownStart.Over over:
                Refuse(exchange, new HttpHead(410, CloseCode: over.By.Code));
                break;
            default:
                Resume(exchange, from, place, wait);
                break;
        }
    }

    private SimulatedLine Open(SimulatedLink link, bool greetsInStream)
    {
        var line = new SimulatedLine(this, network, link, $"{entropy.Numbers.Next():x16}", greetsInStream);
        ((ILineEnd)link).Line = line;
        link.Host = host;
        network.Add(link);
        _lines.Add(line);
        line.Open(accept);
        LookOut();
        return line;
    }

    private void Take(IServerExchange exchange, SimulatedLine line, List<ClientFrame> frames, int bytes)
    {
        if (_isGone)
            return;

        SimulatedUp? up = null;
        up = new SimulatedUp(exchange, network, line.Link) { OnComplete = () => network.After(TimeSpan.Zero, () => line.Line.Finish(up!)) };
        if (line.Line.HasEnded)
        {
            Refuse(exchange, new HttpHead(410, CloseCode: line.Line.ClosedBy?.Code));
            return;
        }

        exchange.OnAborted = () => line.Line.Finish(up);

        // The frames are taken: a client need not wait for their answers to send the next ones.
        exchange.Head(new HttpHead(200));
        if (!line.Begin(up, frames, bytes))
        {
            exchange.Break();
            return;
        }

        network.After(_answersWithin, () =>
        {
            if (_isGone || up.IsComplete)
                return;

            foreach (var id in line.Line.Finish(up))
                up.Tell(new ServerFrame.Error(ErrorCode.Timeout, "There was no answer in time; it may have happened.") { Id = id });

            up.GiveUp();
        });
    }

    private void Resume(SimulatedExchange exchange, SimulatedHttpLink from, string place, TimeSpan wait)
    {
        var line = Open(network.NewUnattended(from), greetsInStream: true);
        line.OnGreeted = greeting =>
        {
            switch (greeting)
            {
                case ServerFrame.Welcome { Session.Resumed: true }:
                    network.Counts.ResumedByDown++;
                    Serve(exchange, from.Way, line, 0, wait);
                    break;
                case ServerFrame.Welcome:
                    line.Line.GiveUp();
                    Refuse(exchange, new HttpHead(401, CloseCode: CloseCode.GoingAway));
                    break;
                case ServerFrame.Close close:
                    Refuse(exchange, new HttpHead(close.Code is >= 4300 and < 4400 ? 401 : 503, CloseCode: close.Code));
                    break;
            }
        };
        var separator = place.IndexOf(';', StringComparison.Ordinal);
        var hello = new ClientFrame.Hello { SessionId = place[..separator], SessionKey = place[(separator + 1)..] };
        var up = new SimulatedUp(null, network, line.Link);
        line.Begin(up, [hello], 0);
        line.Line.Finish(up);
    }

    private void Serve(IServerExchange exchange, SimulatedWay way, SimulatedLine line, long after, TimeSpan wait)
    {
        // As from within an actor that greets: what follows is the request's own affair.
        network.After(TimeSpan.Zero, () =>
        {
            if (_isGone || exchange.IsClientDone)
                return;

            if (way == SimulatedWay.ServerSentEvents)
                new SimulatedStream(exchange, network, line.Line, after).Start();
            else
                new SimulatedPoll(exchange, network, line.Line, after, wait).Start();
        });
    }

    private static void Refuse(IServerExchange exchange, HttpHead head)
    {
        exchange.Head(head);
        exchange.End();
    }

    /// <summary>One timer for all of them, and none while there are none.</summary>
    private void LookOut()
    {
        if (_isLooking)
            return;

        _isLooking = true;
        network.After(_look, () =>
        {
            _isLooking = false;
            if (_isGone || _lines.Count == 0)
                return;

            foreach (var line in _lines.ToArray())
                line.Look();

            LookOut();
        });
    }
}
