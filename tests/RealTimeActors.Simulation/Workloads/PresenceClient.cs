using System.Text;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Comes into a channel, changes, goes, crashes and comes back, as the same session or as another; and keeps what it is told of the others.</summary>
internal sealed class PresenceClient : WireClient
{
    /// <summary>What the names of such clients begin with: the wire tap knows them by it.</summary>
    internal const string NamePrefix = "present-";

    private readonly PresenceInterest _interest;
    private SessionRef? _session;
    private PresenceShown _shown = new();
    private int _said;

    /// <summary>What it wants to be seen as; null: it does not want to be there.</summary>
    private string? _state;

    public PresenceClient(string name, SimulatedWorld world, SimulatedNetwork network, Observations seen)
        : base(name, world, network, seen)
    {
        _interest = Chance.Pick(PresenceInterest.None, PresenceInterest.Count, PresenceInterest.Members);
    }

    private static string Channel => PresenceRoom.Channel;

    /// <summary>Who it is, if it is there, and as what.</summary>
    public (string Session, string State)? Present => _state is { } state ? (_session!.Id, state) : null;

    public void Start()
    {
        Connect();
        World.Time.Every(() => Chance.Ms(5, 150), () => IsBusy, Act);
        WatchForSilence();
        World.Time.Every(() => Chance.Ms(100, 800), () => IsBusy, StopReading);
    }

    /// <summary>Comes to rest: what it wants is said once more, because the server may have been another one meanwhile.</summary>
    public void Rest()
    {
        IsBusy = false;
        if (IsWelcome)
            Say();
    }

    /// <summary>What it waits for; null: nothing.</summary>
    public string? Unfinished() => Waiting;

    /// <summary>What is wrong with what it was told, if these are there; null: nothing.</summary>
    public string? Misled(IReadOnlyDictionary<string, string> present)
    {
        if (_interest == PresenceInterest.None && _state is null)
            return null;

        if (_shown.Count != present.Count)
            return $"{Name} was told that {_shown.Count} are there; there are {present.Count}: {string.Join(", ", present)}";

        return _shown.Members is { } members && !members.SequenceEqual(present)
            ? $"{Name} was told that {string.Join(", ", members)} are there; there are {string.Join(", ", present)}"
            : null;
    }

    protected override ClientFrame.Hello Hello() => new() { Id = NextId(), Client = Name, SessionId = _session?.Id, SessionKey = _session?.Key };

    protected override void Take(SimulatedLink link, ServerFrame frame)
    {
        if (frame is ServerFrame.PresenceDiff diff)
            _shown.Take(diff);
    }

    protected override void OnWelcome(SimulatedLink link, ServerFrame.Welcome welcome)
    {
        _session = welcome.Session;
        Seen.Sometimes.Count(welcome.Session.Resumed ? "a member's session is resumed" : "a member has another session");
        if (_interest != PresenceInterest.None)
            Ask(link, new ClientFrame.Subscribe { Id = NextId(), Channel = Channel, AckMode = AckMode.None, Presence = _interest });

        // Within the grace time it need not say so.
        if (!welcome.Session.Resumed || !IsBusy || Chance.OneIn(2))
            Say();
    }

    protected override void Connecting()
    {
        if (IsBusy && Chance.OneIn(3))
            _session = null;

        _shown = new PresenceShown();
    }

    protected override TimeSpan DrawPause() => Chance.Pick(Chance.Ms(5, 100), Chance.Ms(5, 1_500));

    private void Act()
    {
        if (Link is not { } link || !IsWelcome)
            return;

        switch (Chance.Below(12))
        {
            case 0 or 1:
                Seen.Sometimes.Count("a member's connection is gone");
                HangUp();
                break;
            case 2:
                link.Send(new ClientFrame.Bye(Chance.OneIn(2)));
                break;
            case 3:
                _state = null;
                Say();
                break;
            case 4:
                Ask(link, new ClientFrame.Read { Id = NextId(), Channel = Channel, What = "presence", Limit = Chance.Pick(1, 100) });
                break;
            case 5 when _interest == PresenceInterest.None:
                // Without a subscription it is only the presence that ends.
                _state = null;
                Ask(link, new ClientFrame.Unsubscribe(Channel) { Id = NextId() });
                break;
            default:
                _state = $"\"{Name} {++_said}\"";
                Say();
                break;
        }
    }

    private void Say()
    {
        var state = Encoding.UTF8.GetBytes(_state ?? "null");
        Ask(Link!, new ClientFrame.Presence(Channel, _state is null ? default : state) { Id = NextId(), Leave = _state is null });
    }
}
