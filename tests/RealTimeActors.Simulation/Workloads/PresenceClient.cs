using System.Text;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Comes into a channel, changes, goes, crashes and comes back, as the same session or as another; and keeps what it is told of the others. It speaks the wire itself.</summary>
internal sealed class PresenceClient : ISimulatedPeer
{
    /// <summary>What the names of such clients begin with: the wire tap knows them by it.</summary>
    internal const string NamePrefix = "present-";

    private static readonly TimeSpan _silenceMax = TimeSpan.FromSeconds(2);

    private readonly SimulatedWorld _world;
    private readonly SimulatedNetwork _network;
    private readonly Observations _seen;
    private readonly Xoshiro256 _chance;
    private readonly WireFormat _format;
    private readonly string _name;
    private readonly SortedSet<long> _open = [];
    private readonly PresenceInterest _interest;
    private SimulatedLink? _link;
    private SessionRef? _session;
    private PresenceShown _shown = new();
    private bool _isWelcome;
    private bool _hasLeft;
    private long _id;
    private int _said;
    private TimeSpan _heardAt;

    /// <summary>What it wants to be seen as; null: it does not want to be there.</summary>
    private string? _state;

    public PresenceClient(string name, SimulatedWorld world, SimulatedNetwork network, Observations seen)
    {
        _name = name;
        _world = world;
        _network = network;
        _seen = seen;
        _chance = world.Entropy.Fork(name).Numbers;
        _format = _chance.Pick(WireFormat.WebSocketJson, WireFormat.WebSocketProtobuf);
        _interest = _chance.Pick(PresenceInterest.None, PresenceInterest.Count, PresenceInterest.Members);
    }

    private static string Channel => PresenceRoom.Channel;

    /// <summary>Whether it goes on coming and going.</summary>
    public bool IsBusy { get; set; } = true;

    /// <summary>Who it is, if it is there, and as what.</summary>
    public (string Session, string State)? Present => _state is { } state ? (_session!.Id, state) : null;

    public void Start()
    {
        Connect();
        _world.Time.Every(() => _chance.Ms(5, 150), () => IsBusy, Act);
        _world.Time.Every(() => _chance.Ms(300, 500), () => !_hasLeft, ShowLife);
        _world.Time.Every(() => _chance.Ms(100, 800), () => IsBusy, StopReading);
    }

    /// <summary>Comes to rest: what it wants is said once more, because the server may have been another one meanwhile.</summary>
    public void Rest()
    {
        IsBusy = false;
        if (_isWelcome)
            Say();
    }

    public void Leave()
    {
        _hasLeft = true;
        _link?.Close();
    }

    /// <summary>What it waits for; null: nothing.</summary>
    public string? Unfinished() =>
        _link is null || !_isWelcome ? $"{_name} is not connected" : _open.Count > 0 ? $"{_name} waits for the answer to {_open.Min}" : null;

    /// <summary>What is wrong with what it was told, if these are there; null: nothing.</summary>
    public string? Misled(IReadOnlyDictionary<string, string> present)
    {
        if (_interest == PresenceInterest.None && _state is null)
            return null;

        if (_shown.Count != present.Count)
            return $"{_name} was told that {_shown.Count} are there; there are {present.Count}: {string.Join(", ", present)}";

        return _shown.Members is { } members && !members.SequenceEqual(present)
            ? $"{_name} was told that {string.Join(", ", members)} are there; there are {string.Join(", ", present)}"
            : null;
    }

    public void Opened(SimulatedLink link) => link.Send(new ClientFrame.Hello { Id = ++_id, Client = _name, SessionId = _session?.Id, SessionKey = _session?.Key });

    public void Received(SimulatedLink link, ServerFrame frame)
    {
        if (link != _link)
            return;

        _heardAt = _seen.Now;
        _open.Remove(frame.Id);
        switch (frame)
        {
            case ServerFrame.Welcome welcome:
                OnWelcome(link, welcome);
                break;
            case ServerFrame.PresenceDiff diff:
                _shown.Take(diff);
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
            _world.Time.After(_chance.Pick(_chance.Ms(5, 100), _chance.Ms(5, 1_500)), Connect);
    }

    private void OnWelcome(SimulatedLink link, ServerFrame.Welcome welcome)
    {
        _isWelcome = true;
        _session = welcome.Session;
        _seen.Sometimes.Count(welcome.Session.Resumed ? "a member's session is resumed" : "a member has another session");
        if (_interest != PresenceInterest.None)
            Ask(link, new ClientFrame.Subscribe { Id = ++_id, Channel = Channel, AckMode = AckMode.None, Presence = _interest });

        // Within the grace time it need not say so.
        if (!welcome.Session.Resumed || !IsBusy || _chance.OneIn(2))
            Say();
    }

    private void Connect()
    {
        if (_link is not null || _hasLeft)
            return;

        if (IsBusy && _chance.OneIn(3))
            _session = null;

        _heardAt = _seen.Now;
        _shown = new PresenceShown();
        _link = _network.Connect(this, _format, _name);
    }

    private void Act()
    {
        if (_link is not { } link || !_isWelcome)
            return;

        switch (_chance.Below(12))
        {
            case 0 or 1:
                _seen.Sometimes.Count("a member's connection is gone");
                HangUp();
                break;
            case 2:
                link.Send(new ClientFrame.Bye(_chance.OneIn(2)));
                break;
            case 3:
                _state = null;
                Say();
                break;
            case 4:
                Ask(link, new ClientFrame.Read { Id = ++_id, Channel = Channel, What = "presence", Limit = _chance.Pick(1, 100) });
                break;
            case 5 when _interest == PresenceInterest.None:
                // Without a subscription it is only the presence that ends.
                _state = null;
                Ask(link, new ClientFrame.Unsubscribe(Channel) { Id = ++_id });
                break;
            default:
                _state = $"\"{_name} {++_said}\"";
                Say();
                break;
        }
    }

    private void Say()
    {
        var state = Encoding.UTF8.GetBytes(_state ?? "null");
        Ask(_link!, new ClientFrame.Presence(Channel, _state is null ? default : state) { Id = ++_id, Leave = _state is null });
    }

    private void Ask(SimulatedLink link, ClientFrame request)
    {
        _open.Add(request.Id);
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
