using System.Text;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine.State;

/// <summary>A server of one state, as small as the contract allows: a document, a log of changes, a memory of edits, and one connection that can be cut between any two frames.</summary>
internal sealed class ModelStateServer(Random chance)
{
    private readonly Dictionary<string, (string Result, long Offset, string Payload)> _decided = [];

    /// <summary>By offset - 1; null: nothing that concerns the client.</summary>
    private readonly List<ServerFrame.Change?> _log = [];

    /// <summary>Of a snapshot, those that are still to be sent. Answers to edits may come before them.</summary>
    private readonly Queue<ServerFrame.State> _parts = new();
    private bool _isFollowed;
    private long _sentThrough;
    private long _credit;

    /// <summary>Its clock, which is right.</summary>
    internal long TimeUnixMs { get; set; } = 1_000_000;

    internal string Epoch { get; private set; } = "e1";

    internal ModelDocument Document { get; private set; } = new();

    internal long Head => _log.Count;

    internal ModelWire? Wire { get; set; }

    /// <summary>Ids of edits, as often as they came.</summary>
    internal Dictionary<string, int> Came { get; } = [];

    /// <summary>Ids of edits that were made, and are in the document for good.</summary>
    internal HashSet<string> Made { get; } = [];

    internal bool HasMoreToSend => _isFollowed && (_parts.Count > 0 || _sentThrough < _log.Count);

    internal void Cut()
    {
        Wire = null;
        _isFollowed = false;
        _parts.Clear();
    }

    /// <summary>Somebody else edits.</summary>
    internal void Foreign()
    {
        var number = chance.Next(500);
        var (operation, value) = ModelEdits.Of(number / 3);
        _log.Add(Document.Edit(ModelEdits.KeyOf(number), operation, value, _log.Count + 1, asPatch: chance.Next(2) == 0));
    }

    /// <summary>The log is restored from a backup of nothing.</summary>
    internal void Rewind()
    {
        Epoch = "e" + (int.Parse(Epoch[1..]) + 1);
        Document = new ModelDocument();
        _log.Clear();
        _decided.Clear();
        Made.Clear();
        Foreign();
    }

    internal void Take(ClientFrame frame)
    {
        switch (frame)
        {
            case ClientFrame.Hello hello: Greet(hello); break;
            case ClientFrame.Subscribe subscribe: Follow(subscribe, isOfHello: false); break;
            case ClientFrame.Credit credit: _credit += credit.Events; break;
            case ClientFrame.Mutate mutate: Send(Decide(mutate)); break;
            case ClientFrame.Ack ack: Assert.InRange(ack.Offset, 0, _log.Count); break;
        }
    }

    /// <summary>Sends one thing that follows, if anything does and credit allows.</summary>
    internal void SendNext()
    {
        if (_parts.TryDequeue(out var part))
        {
            Send(part);
            return;
        }

        if (!HasMoreToSend || _credit == 0)
            return;

        if (_log[(int)_sentThrough++] is { } change)
        {
            _credit--;
            Send(change);
        }
        else
        {
            Send(new ServerFrame.Skip("grants", _sentThrough, _sentThrough));
        }
    }

    private void Send(ServerFrame frame) => Wire!.ToClient.Enqueue(frame);

    private void Greet(ClientFrame.Hello hello)
    {
        _credit = hello.InitialCredit!.Value;
        var welcome = new ServerFrame.Welcome
        {
            Id = hello.Id,
            Connection = "c",
            Session = new SessionRef("s-1", "key", hello.SessionKey is not null, null),
            Node = "n",
            TimeUnixMs = TimeUnixMs,
            HeartbeatMs = 10_000,
            FrameBytesMax = 65_536,
            SubscriptionsMax = 200,
            Reconnect = new ReconnectAdvice(10, 100, 1.5, 1),
            Subscriptions = [.. hello.Subscriptions.Select(subscribe => Subscribed(subscribe))],
        };
        Send(welcome);
        foreach (var subscribe in hello.Subscriptions)
            Follow(subscribe, isOfHello: true);
    }

    private void Follow(ClientFrame.Subscribe subscribe, bool isOfHello)
    {
        var subscribed = Subscribed(subscribe);
        if (!isOfHello)
            Send(subscribed with { Id = subscribe.Id });
        _isFollowed = true;
        _sentThrough = subscribed.Offset;
        _parts.Clear();
        if (subscribed.Recovered == Recovered.Full)
            return;

        var entries = Document.ToEntries();
        var cut = chance.Next(entries.Count + 1);
        if (chance.Next(2) == 0)
            _parts.Enqueue(new ServerFrame.State("grants", _log.Count, entries[..cut], Last: false));
        else
            cut = 0;
        _parts.Enqueue(new ServerFrame.State("grants", _log.Count, entries[cut..], Last: true));
    }

    /// <summary>Some of the log is not retained.</summary>
    private ServerFrame.Subscribed Subscribed(ClientFrame.Subscribe subscribe)
    {
        var (offset, recovered) = subscribe.From switch
        {
            From.Position position when position.Epoch != Epoch || position.Offset > _log.Count => ((long)_log.Count, Recovered.Reset),
            From.Position position when position.Offset < _log.Count - 12 => (_log.Count, Recovered.Gap),
            From.Position position => (position.Offset, Recovered.Full),
            _ => (_log.Count, Recovered.None),
        };
        return new ServerFrame.Subscribed { Channel = "grants", Epoch = Epoch, Offset = offset, Head = _log.Count, Recovered = recovered };
    }

    private ServerFrame Decide(ClientFrame.Mutate mutate)
    {
        var id = mutate.MutationId!;
        Came[id] = Came.GetValueOrDefault(id) + 1;
        var payload = $"{mutate.Key} {mutate.Operation} {Encoding.UTF8.GetString(mutate.Value.Span)} {mutate.IfVersion} {mutate.BaseVersion} {mutate.TimeUnixMs}";
        if (_decided.TryGetValue(id, out var former))
        {
            Assert.Equal(former.Payload, payload);
            return Mutated(mutate, former.Result, former.Offset) with { Duplicate = true };
        }

        switch (chance.Next(20))
        {
            case 0: return new ServerFrame.Error(ErrorCode.Overloaded, "busy") { Id = mutate.Id };
            case 1: return new ServerFrame.Error(ErrorCode.Timeout, "nobody knows") { Id = mutate.Id };
            case 2 or 3: return Mutated(mutate, "rejected", 0) with { Reason = "not now" };
            case 4:
                _log.Add(null);
                _decided.Add(id, ("superseded", _log.Count, payload));
                return Mutated(mutate, "superseded", _log.Count);
            case var fate:
                var isMerged = fate < 8;
                _log.Add(Document.Edit(mutate.Key, mutate.Operation, Encoding.UTF8.GetString(mutate.Value.Span), _log.Count + 1, fate % 2 == 0, id, isMerged));
                Assert.True(Made.Add(id));
                _decided.Add(id, (isMerged ? "merged" : "applied", _log.Count, payload));
                return fate == 19 ? new ServerFrame.Error(ErrorCode.Timeout, "it was made, and nobody knows") { Id = mutate.Id } : Mutated(mutate, isMerged ? "merged" : "applied", _log.Count);
        }
    }

    private ServerFrame.Mutated Mutated(ClientFrame.Mutate mutate, string result, long offset) => new()
    {
        Id = mutate.Id,
        Result = result,
        Channel = "grants",
        Key = mutate.Key,
        Epoch = Epoch,
        Offset = offset,
        Version = Document.VersionOf(mutate.Key),
        Value = Document.ValueOf(mutate.Key),
    };
}
