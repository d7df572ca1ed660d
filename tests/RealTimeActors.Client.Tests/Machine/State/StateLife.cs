using System.Text;
using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Client.Sessions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine.State;

/// <summary>One client that edits while others do, whose connections and processes end anywhere. After every step what it sees is held against what it can know.</summary>
internal sealed class StateLife
{
    private readonly int _seed;
    private readonly bool _canRewind;
    private readonly Random _chance;
    private readonly ModelStateServer _server;

    /// <summary>What is on the disk.</summary>
    private readonly SortedDictionary<long, PendingMutation> _disk = [];
    private readonly Queue<(PendingMutation Mutation, bool IsDrop)> _writes = new();
    private readonly HashSet<long> _failed = [];

    /// <summary>Let go of at the very end of a process: nobody is there any more who could be told.</summary>
    private readonly HashSet<string> _untold = [];
    private long _lastNumber;
    private long _lastTime;
    private KeptState? _keptState;
    private SessionTicket? _ticket;

    private ClientMachine _machine = null!;
    private ClientSubscription _subscription = null!;
    private ModelWire? _wire;
    private TimeSpan _now = TimeSpan.Zero;
    private long _wall = 1_000_000;

    /// <summary>What this process has shown, and where it was decided.</summary>
    private readonly List<(PendingMutation Mutation, long? Offset, string? Epoch)> _shown = [];
    private readonly Dictionary<string, int> _decidedHere = [];

    /// <summary>What was shown until its change came, in which life of the log, and is not answered, or was taken in another life, and where.</summary>
    private readonly List<(PendingMutation Mutation, string? Epoch, long? Offset, string? DecidedIn)> _early = [];

    /// <summary>Mutation ids, by the ids of the frames that they went out in.</summary>
    private readonly Dictionary<long, string> _sent = [];

    internal StateLife(int seed, bool canRewind)
    {
        _seed = seed;
        _canRewind = canRewind;
        _chance = new Random(seed);
        _server = new ModelStateServer(_chance);
    }

    /// <summary>Everybody who was shown an edit of his own, over all processes, and what he was told of it.</summary>
    internal Dictionary<string, List<MutationResult>> Told { get; } = [];

    internal int Restarts { get; private set; }

    internal void Run()
    {
        Start();
        for (var step = 0; step < 300; step++)
            Step(_chance.Next(100), isHealing: false);
        for (var step = 0; step < 4_000 && !IsAtRest; step++)
            Step(step % 60, isHealing: true);

        Assert.True(IsAtRest, $"Seed {_seed}: not at rest, {_machine.MutationsWaiting} edits wait, {_subscription.ReceivedPrefix} of {_server.Head}, {_machine.State}.");
        Assert.Equal(_server.Document.Text, ModelDocument.TextOf(_subscription.View!.Snapshot));
        Assert.Equal(0, _subscription.View.ShownCount);
        Assert.Empty(_disk);
        Assert.All(Told, told => Assert.True(told.Value.Count > 0 || _untold.Contains(told.Key), $"Seed {_seed}: nobody was told what became of {told.Key}."));
        Assert.All(Told.Keys, id => Assert.True(_server.Came.ContainsKey(id), $"Seed {_seed}: {id} was never sent."));
        if (_canRewind)
            return;

        // Whoever was told that it was made finds it made, and once: the model refuses a second time.
        Assert.All(Told.Where(told => !_untold.Contains(told.Key)), told => Assert.Equal(_server.Made.Contains(told.Key), told.Value.Any(result => result is MutationResult.Applied or MutationResult.Merged)));
    }

    private bool IsAtRest => _machine.MutationsWaiting == 0 && _writes.Count == 0 && _subscription.View!.IsWhole && _subscription.ReceivedPrefix == _server.Head
        && _subscription.Epoch == _server.Epoch && _wire is { ToClient.Count: 0, ToServer.Count: 0 };

    private void Step(int what, bool isHealing)
    {
        switch (what)
        {
            case < 15 when _wire?.ToServer.Count > 0: _server.Take(_wire.ToServer.Dequeue()); break;
            case < 27: SendNext(); break;
            case < 45 when _wire?.ToClient.Count > 0: Receive(_wire.ToClient.Dequeue()); break;
            case < 53: Write(); break;
            case < 60: Pass(); break;
            case < 75 when !isHealing: Edit(); break;
            case < 85 when !isHealing: _server.Foreign(); break;
            case < 92: Pass(); break;
            case < 96 when !isHealing && _wire is not null: Cut(); break;
            case < 99 when !isHealing: Restart(); break;
            case 99 when !isHealing && _canRewind && _chance.Next(2) == 0:
                if (_wire is not null)
                    Cut();
                _server.Rewind();
                break;
        }

        // What nothing was said of is as it was.
        if (CarryOut())
            Check();
    }

    private void SendNext()
    {
        if (_wire is not null)
            _server.SendNext();
    }

    private void Start()
    {
        var left = _disk.Values.ToList();
        var options = new ClientMachineOptions
        {
            Endpoints = ["one"],
            CreditWindow = 5,
            AckDelay = TimeSpan.FromMilliseconds(5),
            Session = _ticket,
            KeepsMutations = true,
            WallClock = () => _wall,
            Mutations = _lastNumber == 0 ? null : new KeptMutations("m-1", _lastNumber, _lastTime, left),
        };
        _machine = new ClientMachine(options, new byte[16], _chance.NextDouble);
        _shown.Clear();
        _decidedHere.Clear();
        _early.Clear();
        _sent.Clear();
        _shown.AddRange(left.Select(mutation => (mutation, (long?)null, (string?)null)));
        _subscription = _machine.FollowState(_now, new ClientFrame.Subscribe { Channel = "grants" }, _keptState);
        _machine.Start(_now);
        CarryOut();
    }

    /// <summary>kill -9: what is on its way to the disk may or may not be there.</summary>
    private void Restart()
    {
        Restarts++;
        for (var writes = _chance.Next(_writes.Count + 1); writes > 0; writes--)
        {
            if (WriteOne() is (var edit, true))
                _untold.Add(edit.MutationId);
        }

        _writes.Clear();
        if (_wire is not null)
            _server.Cut();
        _wire = null;
        _wall -= _chance.Next(3) == 0 ? 50_000 : 0;
        Start();
    }

    private void Edit()
    {
        var number = _chance.Next(500);
        var (operation, value) = ModelEdits.Of(number);
        _machine.Mutate(_now, new ClientFrame.Mutate { Channel = "grants", Key = ModelEdits.KeyOf(number / 2), Operation = operation, Value = Encoding.UTF8.GetBytes(value) });
    }

    private void Write()
    {
        if (_writes.Count == 0)
            return;

        // Now and then it does not let go at once.
        if (_writes.Peek() is (var edit, true) && _chance.Next(5) == 0 && _failed.Add(edit.Number))
        {
            _writes.Dequeue();
            _machine.MutationNotDropped(_now, edit.Number, "the disk is full");
            return;
        }

        var (mutation, isDrop) = WriteOne();
        if (isDrop)
            _machine.MutationDropped(_now, mutation.Number);
        else
            _machine.MutationKept(_now, mutation.Number);
    }

    private (PendingMutation Mutation, bool IsDrop) WriteOne()
    {
        var write = _writes.Dequeue();
        if (write.IsDrop)
        {
            _disk.Remove(write.Mutation.Number);
            return write;
        }

        if (!_disk.ContainsKey(write.Mutation.Number) && write.Mutation.Number > _lastNumber)
        {
            Assert.True(write.Mutation.TimeUnixMs > _lastTime, $"Seed {_seed}: {write.Mutation} is not later than {_lastTime}.");
            (_lastNumber, _lastTime) = (write.Mutation.Number, write.Mutation.TimeUnixMs!.Value);
        }

        _disk[write.Mutation.Number] = write.Mutation;
        Told.TryAdd(write.Mutation.MutationId, []);
        return write;
    }

    private void Receive(ServerFrame frame)
    {
        var former = _subscription.View!.Offset;
        _machine.Received(_now, _wire!.Connection, frame);
        if (frame is ServerFrame.Change { MutationId: { } id } change && former < change.Offset && _subscription.View.Offset >= change.Offset)
        {
            _early.AddRange(_shown.Where(one => one.Mutation.MutationId == id && one.Offset is null).Select(one => (one.Mutation, _subscription.View.Epoch, (long?)null, (string?)null)));
            _shown.RemoveAll(one => one.Mutation.MutationId == id);
        }

        // What was taken is seen where it is in the document; that it was not is seen when it is told.
        if (frame is not ServerFrame.Mutated { Result: "applied" or "merged" } mutated)
            return;

        if (_early.FindIndex(one => one.Mutation.MutationId == _sent[mutated.Id]) is >= 0 and var early)
        {
            if (_early[early].Epoch == mutated.Epoch)
                _early.RemoveAt(early);
            else
                _early[early] = _early[early] with { Offset = mutated.Offset, DecidedIn = mutated.Epoch };
        }

        if (_shown.FindIndex(one => one.Mutation.MutationId == _sent[mutated.Id]) is >= 0 and var at)
            _shown[at] = (_shown[at].Mutation, mutated.Offset, mutated.Epoch);
    }

    private void Cut()
    {
        // Some of what was on its way up still arrives.
        for (var frames = _chance.Next(_wire!.ToServer.Count + 1); frames > 0; frames--)
            _server.Take(_wire.ToServer.Dequeue());
        var connection = _wire.Connection;
        _server.Cut();
        _wire = null;
        _machine.Disconnected(_now, connection, null, "cut");
    }

    private void Pass()
    {
        var ms = _chance.Next(60);
        _now += TimeSpan.FromMilliseconds(ms);
        _server.TimeUnixMs += ms;
        _wall += _chance.Next(2) * ms;
        if (_machine.NextDeadline <= _now)
            _machine.Tick(_now);
    }

    private bool CarryOut()
    {
        var isAnything = false;
        while (_machine.TryTake(out var effect))
        {
            isAnything = true;
            switch (effect)
            {
                case ClientEffect.Open open:
                    _wire = new ModelWire(open.Connection);
                    _server.Wire = _wire;
                    _machine.Opened(_now, open.Connection);
                    break;
                case ClientEffect.Send send when send.Connection == _wire?.Connection:
                    _wire.ToServer.Enqueue(send.Frame);
                    if (send.Frame is ClientFrame.Mutate mutate)
                        _sent[mutate.Id] = mutate.MutationId!;
                    break;
                case ClientEffect.CloseTransport close when close.Connection == _wire?.Connection:
                    _server.Cut();
                    _wire = null;
                    break;
                case ClientEffect.SessionChanged changed: _ticket = changed.Ticket; break;
                case ClientEffect.KeepMutation keep: _writes.Enqueue((keep.Mutation, false)); break;
                case ClientEffect.DropMutation drop: _writes.Enqueue((drop.Mutation, true)); break;
                case ClientEffect.MutationPending pending: _shown.Add((pending.Mutation, null, null)); break;
                case ClientEffect.MutationDecided decided: OnDecided(decided.Outcome); break;
                case ClientEffect.StateShown shown when shown.Snapshot.IsWhole && _chance.Next(10) == 0:
                    _keptState = new KeptState("grants", shown.Snapshot.Epoch!, shown.Snapshot.Offset, null, [.. shown.Snapshot.Confirmed.Values]);
                    break;
                case ClientEffect.MutationAbandoned abandoned: Assert.Fail($"Seed {_seed}: {abandoned}"); break;
            }
        }

        return isAnything;
    }

    private void OnDecided(MutationOutcome outcome)
    {
        var id = outcome.Mutation.MutationId;
        Assert.True(_decidedHere.TryAdd(id, 1), $"Seed {_seed}: {id} was decided twice in one process.");
        Assert.False(_disk.ContainsKey(outcome.Mutation.Number), $"Seed {_seed}: {id} is told as {outcome.Result} while the next process would send it again.");
        Told[id].Add(outcome.Result);
        if (outcome.Result is MutationResult.Applied or MutationResult.Merged)
            return;

        _early.RemoveAll(one => one.Mutation.MutationId == id);
        _shown.RemoveAll(one => one.Mutation.MutationId == id);
    }

    private void Check()
    {
        var view = _subscription.View!;

        // Of another life the document says nothing of them.
        _shown.AddRange(_early.Where(one => one.Epoch != view.Epoch).Select(one => (one.Mutation, one.Offset, one.DecidedIn)));
        _early.RemoveAll(one => one.Epoch != view.Epoch);
        _shown.RemoveAll(one => one.Offset is { } offset && (one.Epoch == view.Epoch ? offset <= view.Offset : view.IsWhole));

        var expected = ModelDocument.Of(view.Snapshot.Confirmed.Values);
        foreach (var (mutation, _, _) in _shown.OrderBy(one => one.Mutation.Number))
            expected.Show(mutation);

        var seen = ModelDocument.TextOf(view.Snapshot);
        Assert.True(expected.Text == seen, $"Seed {_seed}, at {view.Epoch}-{view.Offset}: expected\n{expected.Text}\nseen\n{seen}");
    }
}
