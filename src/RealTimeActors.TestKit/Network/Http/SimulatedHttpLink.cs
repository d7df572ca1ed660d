using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.TestKit.Network.Http;

/// <summary>
/// The client's end of a connection over plain HTTP: frames go up by requests, one after the other so that their order holds, and are answered there; everything else comes down by a stream
/// or by polls. What breaks is one of these, and the rest goes on: a stream is asked for again after the last id, a poll by the same cursor.
/// </summary>
/// <remarks>Two files: what it sends (here), what comes down (<c>Down</c>).</remarks>
internal sealed partial class SimulatedHttpLink : SimulatedLink, ILineEnd, IExchangeClient
{
    /// <summary>Requests whose answers are still coming; a browser has few connections to a server.</summary>
    private const int AnsweringMax = 3;

    private static readonly TimeSpan _answeredWithin = TimeSpan.FromMilliseconds(1_600);

    private readonly Queue<ClientFrame> _waiting = new();
    private readonly List<Posting> _postings = [];
    private readonly PieceJoin _pieces = new(FrameCodecs.Json);
    private readonly List<ServerFrame> _decoded = [];
    private Posting? _untaken;
    private string? _place;

    internal SimulatedHttpLink(SimulatedNetwork network, ISimulatedPeer peer, SimulatedWay way, int number, string label, SeededEntropy entropy)
        : base(network, peer, WireFormat.JsonLines, number, label, entropy)
    {
        Way = way;
        _comesBack = !Chance.OneIn(4);
    }

    public override SimulatedWay Way { get; }

    public override long BytesUnread => (_down?.BytesUnread ?? 0) + _postings.Sum(posting => posting.Exchange.BytesUnread);

    public override int WindowUsed => Line?.WindowUsed ?? 0;

    public override IConnection? Connection => Line?.Connection;

    public SimulatedLine? Line { get; set; }

    internal void Start() => After(Latency(), () =>
    {
        if (!IsEnded)
            TellOpened();
    });

    public override void Send(ClientFrame frame)
    {
        if (!IsOpen)
            return;

        _waiting.Enqueue(frame);
        Post();
    }

    public override void Close()
    {
        IsOpen = false;
        IsEnded = true;

        // What waits goes as well; nobody waits for what comes of it.
        if (_waiting.Count > 0 && _place is not null)
            PostNow();

        _down?.Abort();
    }

    public override void Cut()
    {
        if (!IsOpen)
            return;

        SimulatedExchange[] all = [.. _postings.Select(posting => posting.Exchange)];
        var cut = _down is { IsClientDone: false } down && (all.Length == 0 || !Chance.OneIn(3)) ? down : all.Length > 0 ? all[Chance.Below(all.Length)] : null;
        if (cut is null)
            return;

        Network.Counts.Cut++;
        cut.Cut();
    }

    internal override void ServerVanished()
    {
        Line = null;
        Network.Remove(this);
    }

    public void Began(SimulatedExchange exchange, HttpHead head)
    {
        if (exchange == _down)
        {
            DownBegan(head);
        }
        else if (exchange == _untaken?.Exchange)
        {
            if (head.Status != 200)
            {
                Fail(CodeOf(head));
                return;
            }

            // A greeting is answered before anything else is said.
            _untaken.IsTaken = true;
            if (!_untaken.IsGreeting)
            {
                _untaken = null;
                Post();
            }
        }
    }

    public void Came(SimulatedExchange exchange, ReadOnlySpan<byte> bytes)
    {
        if (exchange == _down)
            DownCame(bytes);
        else if (Find(exchange) is { } posting)
            posting.Take(bytes, OnAnswer);
    }

    public void Ended(SimulatedExchange exchange)
    {
        if (exchange == _down)
        {
            DownEnded();
            return;
        }

        if (Find(exchange) is not { } posting)
            return;

        _postings.Remove(posting);
        if (posting == _untaken)
            _untaken = null;

        if (posting.Unanswered.Count > 0)
            Fail(null);
        else
            Post();
    }

    public void Broke(SimulatedExchange exchange)
    {
        if (exchange == _down)
        {
            DownBroke();
            return;
        }

        if (Find(exchange) is not { } posting)
            return;

        if (exchange.HasArrived)
            Network.Counts.UpAnswersLost++;
        else
            Network.Counts.UpRequestsLost++;

        _postings.Remove(posting);
        Fail(null);
    }

    private protected override void StopReading()
    {
        _down?.Abort();
        foreach (var posting in _postings)
            posting.Exchange.Abort();

        _postings.Clear();
        _waiting.Clear();
    }

    private Posting? Find(SimulatedExchange exchange) => _postings.Find(posting => posting.Exchange == exchange);

    private void Post()
    {
        if (_untaken is null && !IsEnded && _waiting.Count > 0 && _postings.Count < AnsweringMax)
            PostNow();
    }

    private void PostNow()
    {
        List<ClientFrame> frames = [.. _waiting];
        _waiting.Clear();
        var exchange = new SimulatedExchange(Network, Chance, this, this);
        var posting = new Posting(exchange, frames);
        if (!IsEnded)
        {
            _postings.Add(posting);
            _untaken = posting;

            // An answer that has stalled is one that broke off without anybody saying so.
            After(_answeredWithin, () =>
            {
                if (_postings.Contains(posting))
                    Fail(null);
            });
        }

        // What arrives is what is decoded there.
        var body = posting.Body();
        var place = _place;
        exchange.Ask(server =>
        {
            var arrived = new List<ClientFrame>();
            if (!FrameCodecs.Json.TryDecodeClient(body, Limits.FrameBytesMax, arrived) || arrived.Count == 0)
                throw new InvalidDataException("The client sent what cannot be divided into frames.");

            server.Up(exchange, this, place, arrived, body);
        });
    }

    private void OnAnswer(ServerFrame frame)
    {
        if (frame is ServerFrame.Welcome welcome)
        {
            _place = SimulatedHttpServer.PlaceOf(welcome.Session.Id, welcome.Session.Key ?? "");
            _welcome = welcome;
            _announced.AddRange(welcome.Subscriptions);
            if (!IsEnded)
                Follow();
        }
        else if (frame is not ServerFrame.Subscribed) // It counts where it stands among the events.
        {
            Deliver(frame);
        }
    }

    private void Fail(int? code)
    {
        if (!IsEnded)
            EndClient(code);
    }

    /// <summary>What a refused request means for the connection: the session is there, and goes on by a hello; or a new one is begun by the same.</summary>
    private static int? CodeOf(HttpHead head) => head.CloseCode ?? (head.Status is 401 or 410 ? CloseCode.GoingAway : head.Status is 503 ? CloseCode.Overloaded : null);

    private static BatchId IdOf(string text) => BatchId.TryParse(text, out var id) ? id : throw new InvalidDataException($"The id of a batch is expected; '{text}' came.");
}
