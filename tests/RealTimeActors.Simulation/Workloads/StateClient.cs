using System.Text;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>
/// Follows a channel's shared state and changes it, over reconnects and crashes: from the state itself, or on from where it was. It speaks the wire itself, so that nothing of the client library is between
/// what is sent and the checkers.
/// </summary>
internal sealed class StateClient : ISimulatedPeer, IWorkload
{
    /// <summary>What the names of such clients begin with: the wire tap knows them by it.</summary>
    internal const string NamePrefix = "state-";

    private static readonly TimeSpan _silenceMax = TimeSpan.FromSeconds(2);

    private readonly SimulatedWorld _world;
    private readonly SimulatedNetwork _network;
    private readonly Observations _seen;
    private readonly Xoshiro256 _chance;
    private readonly WireFormat _format;
    private readonly string _name;
    private readonly string _channel;
    private readonly MutationDraws _draws;
    private readonly SortedDictionary<long, string> _open = [];
    private readonly long? _credit;
    private SimulatedLink? _link;
    private string _epoch = "";
    private long _position;
    private bool _isWelcome;
    private bool _isWhole;
    private bool _hasLeft;
    private long _id;
    private long _asked;
    private int _published;
    private TimeSpan _heardAt;

    public StateClient(string name, SimulatedWorld world, SimulatedNetwork network, Observations seen)
    {
        _name = name;
        _world = world;
        _network = network;
        _seen = seen;
        _channel = seen.Plan.State!.Channel.Name;
        _chance = world.Entropy.Fork(name).Numbers;
        _format = _chance.Pick(WireFormat.WebSocketJson, WireFormat.WebSocketProtobuf);
        _credit = _chance.Pick<long?>(null, 3, 50);
        _draws = new MutationDraws(name, _channel, seen, _chance);
    }

    /// <summary>Whether it goes on changing things.</summary>
    public bool IsBusy { get; set; } = true;

    public void Start()
    {
        Connect();
        _world.Time.Every(() => _chance.Ms(2, 40), () => IsBusy, Act);
        _world.Time.Every(() => _chance.Ms(300, 500), () => !_hasLeft, ShowLife);
        _world.Time.Every(() => _chance.Ms(100, 1_000), () => IsBusy, ComeAnew);
        _world.Time.Every(() => _chance.Ms(100, 800), () => IsBusy, StopReading);
    }

    public void Leave()
    {
        _hasLeft = true;
        _link?.Close();
    }

    /// <summary>What it waits for; null: nothing.</summary>
    public string? Unfinished()
    {
        if (_link is null || !_isWelcome)
            return $"{_name} is not connected";

        if (_open.Count > 0)
            return $"{_name} waits for the answer to {_open.First().Value} ({_open.First().Key})";

        var head = _seen.Truth.Head(_channel);
        return _isWhole && _position >= head ? null : $"{_name} has the state of {_channel} {(_isWhole ? "" : "not yet ")}as of {_position}, and the head is {head}";
    }

    public void Opened(SimulatedLink link) => link.Send(new ClientFrame.Hello { Id = ++_id, Client = _name, InitialCredit = _credit });

    public void Received(SimulatedLink link, ServerFrame frame)
    {
        if (link != _link)
            return;

        _heardAt = _seen.Now;
        if (frame.Id > 0)
            _open.Remove(frame.Id);

        switch (frame)
        {
            case ServerFrame.Welcome:
                _isWelcome = true;
                Subscribe(link);
                break;
            case ServerFrame.Subscribed subscribed:
                (_epoch, _position) = (subscribed.Epoch, subscribed.Offset);
                _isWhole = subscribed.Recovered == Recovered.Full;
                break;
            case ServerFrame.Unsubscribed:
            case ServerFrame.Error { Id: > 0 } error when error.Id == _asked:
                _world.Time.After(_chance.Ms(5, 50), () =>
                {
                    if (link == _link)
                        Subscribe(link);
                });
                break;
            case ServerFrame.State state:
                foreach (var entry in state.Entries)
                    _draws.Learn(entry.Key, entry.Version);

                _isWhole |= state.Last;
                break;
            case ServerFrame.Change change:
                _draws.Learn(change.Key, change.Version);
                _position = Math.Max(_position, change.Offset);
                if (_credit is not null)
                    link.Send(new ClientFrame.Credit(1));

                break;
            case ServerFrame.Skip skip:
                _position = Math.Max(_position, skip.To);
                break;
            case ServerFrame.Mutated { Key: { } key } mutated:
                _draws.Learn(key, mutated.Version);
                break;
            case ServerFrame.Ping:
                link.Send(new ClientFrame.Pong());
                break;
        }
    }

    public void Ended(SimulatedLink link, int? closeCode)
    {
        if (link != _link)
            return;

        _link = null;
        _isWelcome = false;
        _open.Clear();
        if (!_hasLeft)
            _world.Time.After(_chance.Ms(5, 200), Connect);
    }

    private void Connect()
    {
        if (_link is null && !_hasLeft)
        {
            _heardAt = _seen.Now;
            _link = _network.Connect(this, _format, _name);
        }
    }

    /// <summary>On from where it was, if it has all of it, or with the state.</summary>
    private void Subscribe(SimulatedLink link)
    {
        _asked = ++_id;
        From from = _isWhole && _chance.OneIn(2) ? new From.Position(_epoch, _position) : From.Now;
        link.Send(new ClientFrame.Subscribe { Id = _asked, Channel = _channel, Mode = SubscriptionMode.State, From = from, AckMode = AckMode.None });
    }

    private void Act()
    {
        if (_link is not { } link || !_isWelcome)
            return;

        switch (_chance.Below(20))
        {
            case 0:
                Ask(link, new ClientFrame.Read { Id = ++_id, Channel = _channel, What = "state", Limit = _chance.Pick(2, 100) });
                break;
            case 1 or 2 when _position > 1:
                Ask(link, new ClientFrame.Read { Id = ++_id, Channel = _channel, What = "state", At = 1 + _chance.Below((int)_position), Limit = _chance.Pick(2, 100) });
                break;
            case 3:
                // What is no mutation has an offset in the log, and changes nothing.
                Ask(link, new ClientFrame.Publish { Id = ++_id, Channel = _channel, Type = "noted", Data = Encoding.UTF8.GetBytes($$"""{"by":"{{_name}}","n":{{++_published}}}""") });
                break;
            default:
                foreach (var mutate in _draws.Next())
                    Ask(link, mutate with { Id = ++_id });

                break;
        }
    }

    private void Ask(SimulatedLink link, ClientFrame request)
    {
        _open[request.Id] = Line.Of(request);
        link.Send(request);
    }

    /// <summary>A ping is answered: nothing at all means that the other end is gone, and nobody has said so.</summary>
    private void ShowLife()
    {
        if (_seen.Now - _heardAt > _silenceMax)
            HangUp();
        else
            _link?.Send(new ClientFrame.Ping());
    }

    private void ComeAnew()
    {
        if (_chance.OneIn(3))
            HangUp();
        else if (_link is { } link && _isWelcome)
            Subscribe(link);
    }

    private void StopReading()
    {
        if (_link is not { } link)
            return;

        link.SetReading(false);
        _world.Time.After(_chance.Ms(10, 200), () => link.SetReading(true));
    }

    private void HangUp()
    {
        if (_link is not { } link)
            return;

        link.Close();
        Ended(link, null);
    }
}
