using System.Text;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Follows a channel's shared state and changes it, over reconnects and crashes: from the state itself, or on from where it was.</summary>
internal sealed class StateClient : WireClient, IWorkload
{
    /// <summary>What the names of such clients begin with: the wire tap knows them by it.</summary>
    internal const string NamePrefix = "state-";

    private readonly string _channel;
    private readonly MutationDraws _draws;
    private readonly long? _credit;
    private string _epoch = "";
    private long _position;
    private bool _isWhole;
    private long _asked;
    private int _published;

    public StateClient(string name, SimulatedWorld world, SimulatedNetwork network, Observations seen)
        : base(name, world, network, seen)
    {
        _channel = seen.Plan.State!.Channel.Name;
        _credit = Chance.Pick<long?>(null, 3, 50);
        _draws = new MutationDraws(name, _channel, seen, Chance);
    }

    public void Start()
    {
        Connect();
        World.Time.Every(() => Chance.Ms(2, 40), () => IsBusy, Act);
        WatchForSilence();
        World.Time.Every(() => Chance.Ms(100, 1_000), () => IsBusy, ComeAnew);
        World.Time.Every(() => Chance.Ms(100, 800), () => IsBusy, StopReading);
    }

    /// <summary>What it waits for; null: nothing.</summary>
    public string? Unfinished()
    {
        if (Waiting is { } waiting)
            return waiting;

        var head = Seen.Truth.Head(_channel);
        return _isWhole && _position >= head ? null : $"{Name} has the state of {_channel} {(_isWhole ? "" : "not yet ")}as of {_position}, and the head is {head}";
    }

    protected override ClientFrame.Hello Hello() => new() { Id = NextId(), Client = Name, InitialCredit = _credit };

    protected override void OnWelcome(SimulatedLink link, ServerFrame.Welcome welcome) => Subscribe(link);

    protected override void Take(SimulatedLink link, ServerFrame frame)
    {
        switch (frame)
        {
            case ServerFrame.Subscribed subscribed:
                (_epoch, _position) = (subscribed.Epoch, subscribed.Offset);
                _isWhole = subscribed.Recovered == Recovered.Full;
                break;
            case ServerFrame.Unsubscribed:
            case ServerFrame.Error { Id: > 0 } error when error.Id == _asked:
                World.Time.After(Chance.Ms(5, 50), () =>
                {
                    if (link == Link)
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
        }
    }

    /// <summary>On from where it was, if it has all of it, or with the state.</summary>
    private void Subscribe(SimulatedLink link)
    {
        _asked = NextId();
        From from = _isWhole && Chance.OneIn(2) ? new From.Position(_epoch, _position) : From.Now;
        link.Send(new ClientFrame.Subscribe { Id = _asked, Channel = _channel, Mode = SubscriptionMode.State, From = from, AckMode = AckMode.None });
    }

    private void Act()
    {
        if (Link is not { } link || !IsWelcome)
            return;

        switch (Chance.Below(20))
        {
            case 0:
                Ask(link, new ClientFrame.Read { Id = NextId(), Channel = _channel, What = "state", Limit = Chance.Pick(2, 100) });
                break;
            case 1 or 2 when _position > 1:
                Ask(link, new ClientFrame.Read { Id = NextId(), Channel = _channel, What = "state", At = 1 + Chance.Below((int)_position), Limit = Chance.Pick(2, 100) });
                break;
            case 3:
                // What is no mutation has an offset in the log, and changes nothing.
                Ask(link, new ClientFrame.Publish { Id = NextId(), Channel = _channel, Type = "noted", Data = Encoding.UTF8.GetBytes($$"""{"by":"{{Name}}","n":{{++_published}}}""") });
                break;
            default:
                foreach (var mutate in _draws.Next())
                    Ask(link, mutate with { Id = NextId() });

                break;
        }
    }

    private void ComeAnew()
    {
        if (Chance.OneIn(3))
            HangUp();
        else if (Link is { } link && IsWelcome)
            Subscribe(link);
    }
}
