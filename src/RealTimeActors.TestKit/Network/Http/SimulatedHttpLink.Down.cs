using System.Text;
using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.TestKit.Network.Http;

/// <content>What comes down.</content>
internal sealed partial class SimulatedHttpLink
{
    private const int LostMax = 3;
    private static readonly TimeSpan _pollWait = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan _silenceMax = TimeSpan.FromMilliseconds(900);

    /// <summary>What the welcome has announced: the way down says it once more, where it counts for others.</summary>
    private readonly List<ServerFrame.Subscribed> _announced = [];

    /// <summary>Whether it asks for what it has lost, as an EventSource does, or gives the connection up and resumes the session.</summary>
    private readonly bool _comesBack;
    private readonly List<byte> _batch = [];
    private readonly List<byte> _gathered = [];
    private SimulatedExchange? _down;
    private EventStreamParser _parser = new();

    /// <summary>Handed over when the way down has shown that it works.</summary>
    private ServerFrame.Welcome? _welcome;
    private BatchId? _after;
    private HttpHead? _head;
    private int _lost;
    private int _heard;
    private bool _isReading = true;
    private bool _isWaitingToRead;
    private bool _gathers;
    private bool _wentOn;

    public override void SetReading(bool isReading)
    {
        _isReading = isReading;
        foreach (var posting in _postings.ToArray())
            posting.Exchange.SetReading(isReading);

        _down?.SetReading(isReading);
        if (isReading && _isWaitingToRead)
            Follow();
    }

    /// <summary>Asks for what comes after what it has.</summary>
    private void Follow()
    {
        if (IsEnded)
            return;

        // Who does not read does not poll.
        _isWaitingToRead = !_isReading && Way == SimulatedWay.LongPolling;
        if (_isWaitingToRead)
            return;

        _parser = new EventStreamParser();
        _batch.Clear();
        _gathered.Clear();
        _head = null;
        _wentOn = _after is not null && Way == SimulatedWay.ServerSentEvents;
        _gathers = Way == SimulatedWay.ServerSentEvents && Chance.Fraction() < Network.Faults.GatherChance;
        if (_gathers)
            Network.Counts.Gathered++;

        var exchange = new SimulatedExchange(Network, Chance, this, this);
        exchange.SetReading(_isReading);
        _down = exchange;
        // Who keeps its last id apart from its connection says it to the next one, too: there it means nothing.
        var (place, after) = (_place!, _after ?? (Chance.OneIn(3) ? Network.LastIdOf(Label) : null));
        var wait = _after is null ? TimeSpan.Zero : _pollWait;
        exchange.Ask(server => server.Down(exchange, this, place, after, wait));
        Watch(exchange);
    }

    /// <summary>Nothing at all for so long: the way is dead, and nobody has said so.</summary>
    private void Watch(SimulatedExchange exchange)
    {
        var heard = _heard;
        After(_silenceMax, () =>
        {
            if (exchange != _down || exchange.IsClientDone || IsEnded)
                return;

            if (heard != _heard || !_isReading)
            {
                Watch(exchange);
                return;
            }

            exchange.Abort();
            DownBroke();
        });
    }

    private void DownBegan(HttpHead head)
    {
        _heard++;
        if (head.Status is not (200 or 204))
        {
            Fail(CodeOf(head));
            return;
        }

        _head = head;
    }

    private void DownCame(ReadOnlySpan<byte> bytes)
    {
        _heard++;
        if (Way == SimulatedWay.LongPolling)
            _batch.AddRange(bytes);
        else if (_gathers)
            Gather(bytes);
        else
            Stream(bytes);
    }

    /// <summary>Something between lets through only what is much, or old.</summary>
    private void Gather(ReadOnlySpan<byte> bytes)
    {
        const int Much = 1_500;
        var isFirst = _gathered.Count == 0;
        _gathered.AddRange(bytes);
        if (_gathered.Count >= Much || Network.Faults.GatherChance == 0)
            LetThrough();
        else if (isFirst)
        {
            var down = _down;
            After(TimeSpan.FromMilliseconds(20 + Chance.Below(400)), () =>
            {
                if (down == _down && !IsEnded)
                    LetThrough();
            });
        }
    }

    private void LetThrough()
    {
        byte[] all = [.. _gathered];
        _gathered.Clear();
        Stream(all);
    }

    private void Stream(ReadOnlySpan<byte> bytes)
    {
        Heard();
        if (IsEnded)
            return;

        var events = new List<(string Id, string Data)>();
        _parser.Feed(bytes, (id, data) => events.Add((id, data)));
        foreach (var (id, data) in events)
        {
            if (_wentOn)
            {
                _wentOn = false;
                Network.Counts.StreamsWentOn++;
            }

            _lost = 0;
            var last = IdOf(id);
            _after = last;
            Network.Remember(Label, last);
            Take(Encoding.UTF8.GetBytes(data));
        }
    }

    private void DownEnded()
    {
        var down = _down;
        if (Way == SimulatedWay.ServerSentEvents)
        {
            LetThrough();
            if (_down == down && !IsEnded)
                ComeBack();

            return;
        }

        if (IsEnded || _head is not { } head)
            return;

        if (_lost > 0 && head.Status == 200)
            Network.Counts.BatchesFetchedAgain++;

        _lost = 0;
        var last = IdOf(head.Next ?? throw new InvalidDataException("An answer to a poll says how to go on; this one does not."));
        _after = last;
        Network.Remember(Label, last);
        Heard();
        byte[] batch = [.. _batch];
        if (batch.Length > 0 && !IsEnded)
            Take(batch);

        if (_down == down)
            Follow();
    }

    private void DownBroke()
    {
        if (IsEnded)
            return;

        if (Way == SimulatedWay.ServerSentEvents)
        {
            if (_parser.IsInsideEvent)
                Network.Counts.CutInsideEvent++;
        }
        else if (_down is { IsAnswered: true })
        {
            Network.Counts.PollAnswersLost++;
        }

        ComeBack();
    }

    private void ComeBack()
    {
        if (!_comesBack || ++_lost >= LostMax)
        {
            Fail(null);
            return;
        }

        var down = _down;
        After(TimeSpan.FromMilliseconds(1 + Chance.Below(60)), () =>
        {
            if (down == _down)
                Follow();
        });
    }

    private void Heard()
    {
        var welcome = _welcome;
        _welcome = null;
        if (welcome is not null)
            Deliver(welcome);
    }

    private void Take(byte[] lines)
    {
        _decoded.Clear();
        if (!FrameCodecs.Json.TryDecodeServer(lines, _decoded))
            throw new InvalidDataException($"The server sent what the codec cannot divide into frames: {Encoding.UTF8.GetString(lines)}");

        foreach (var frame in _decoded.ToArray())
        {
            if (IsEnded)
                return;

            if (frame is ServerFrame.Piece piece)
            {
                if (!_pieces.TryAdd(piece, out var whole))
                    throw new InvalidDataException("The server sent pieces that make no frame.");

                if (whole is not null)
                    Hand(whole);
            }
            else
            {
                Hand(frame);
            }
        }
    }

    private void Hand(ServerFrame frame)
    {
        // Not the server that the hello came to, or not in the life that it came to: what was asked for is known there only as of its last acks.
        if (frame is ServerFrame.Welcome)
        {
            Fail(CloseCode.GoingAway);
            return;
        }

        if (frame is ServerFrame.Subscribed subscribed && _announced.FindIndex(said => said.Channel == subscribed.Channel) is >= 0 and var at)
        {
            var said = _announced[at];
            _announced.RemoveAt(at);
            if (said.Epoch == subscribed.Epoch && said.Offset == subscribed.Offset)
                return;
        }

        Deliver(frame);
    }
}
