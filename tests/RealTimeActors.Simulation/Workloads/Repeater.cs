using System.Text;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>A client of its own making, without a session: it sends the same sequences again and again, at once and after reconnects, some with another payload, some
/// without producer or id. What is right is for the checkers to say.</summary>
internal sealed class Repeater : ISimulatedPeer
{
    private const int SequencesMax = 60;
    private readonly SimulatedWorld _world;
    private readonly SimulatedNetwork _network;
    private readonly Observations _seen;
    private readonly Xoshiro256 _chance;
    private readonly string _name;
    private readonly WireFormat _format;
    private SimulatedLink? _link;
    private bool _isWelcome;
    private long _id;
    private int _sequences;

    public Repeater(string name, SimulatedWorld world, SimulatedNetwork network, Observations seen)
    {
        _name = name;
        _world = world;
        _network = network;
        _seen = seen;
        _chance = world.Entropy.Fork(name).Numbers;
        _format = _chance.Pick(WireFormat.WebSocketJson, WireFormat.WebSocketProtobuf);
    }

    /// <summary>Whether it goes on.</summary>
    public bool IsBusy { get; private set; } = true;

    public void Start()
    {
        Connect();
        _world.Time.Every(() => _chance.Ms(0.2, 20), () => IsBusy, PublishOne);
    }

    public void Leave()
    {
        IsBusy = false;
        _link?.Close();
    }

    public void Opened(SimulatedLink link) => link.Send(new ClientFrame.Hello { Id = ++_id, Client = _name, Token = _seen.Office?.Issue(_name).Token });

    public void Received(SimulatedLink link, ServerFrame frame)
    {
        if (frame is ServerFrame.Welcome)
            _isWelcome = true;
        else if (frame is ServerFrame.Ping)
            link.Send(new ClientFrame.Pong());
    }

    public void Ended(SimulatedLink link, int? closeCode)
    {
        _isWelcome = false;
        _world.Time.After(_chance.Ms(5, 100), Connect);
    }

    private void Connect()
    {
        if (IsBusy)
            _link = _network.Connect(this, _format, _name);
    }

    private void PublishOne()
    {
        if (!_isWelcome)
            return;

        if (_sequences >= SequencesMax)
            _sequences = 0;

        // Now and then the same several times in one go, so that the first is not committed yet when the second comes.
        var isNew = _chance.OneIn(3);
        var sequence = isNew || _sequences == 0 ? ++_sequences : 1 + _chance.Below(_sequences);
        var frame = Frame(sequence);
        for (var times = _chance.OneIn(4) ? 2 : 1; times > 0; times--)
            _link!.Send(frame with { Id = _chance.OneIn(10) ? 0 : ++_id });
    }

    private ClientFrame.Publish Frame(int sequence)
    {
        // The channel follows from the sequence, so that a repeat goes where the first went.
        var channel = _seen.Plan.Channels[sequence % _seen.Plan.Channels.Count].Name;
        var isOther = _chance.OneIn(8);
        var isNamed = !_chance.OneIn(8);
        return new ClientFrame.Publish
        {
            Channel = channel,
            Type = "repeated",
            Data = Encoding.UTF8.GetBytes($$"""{"by":"{{_name}}","n":{{sequence}},"other":{{(isOther ? "true" : "false")}}}"""),
            ProducerId = isNamed ? _name : null,
            ProducerSequence = isNamed ? sequence : 0,
            Confirm = _chance.Pick(Confirm.Persisted, Confirm.Persisted, Confirm.Accepted, Confirm.Delivered),
        };
    }
}
