using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>One process of an <see cref="EditingClient"/>.</summary>
internal sealed class EditingProcess : MachineHost
{
    private readonly EditingClient _client;
    private readonly Observations _seen;
    private readonly EditWriter _writer;
    private readonly SortedSet<string> _changed = new(StringComparer.Ordinal);
    private bool _isShown;
    private bool _isClosed;
    private int? _closeCode;

    public EditingProcess(EditingClient client, int number, SimulatedWorld world, SimulatedNetwork network, Observations seen, SeededEntropy entropy)
        : base(client.Name, client.Format, Options(client, number, seen), world, network, entropy)
    {
        _client = client;
        _seen = seen;
        _writer = new EditWriter(client.Store, world, entropy.Fork("writer").Numbers, (edit, isDrop, fault) => Do(now =>
        {
            if (isDrop && fault is null)
                Machine.MutationDropped(now, edit);
            else if (isDrop)
                Machine.MutationNotDropped(now, edit, fault!);
            else if (fault is null)
                Machine.MutationKept(now, edit);
            else
                Machine.MutationNotKept(now, edit, fault);
        }));
    }

    /// <summary>What its user sees.</summary>
    public StateSnapshot Snapshot { get; private set; } = StateSnapshot.Empty;

    /// <summary>The life of the log that it was told of last; null: it was told of none.</summary>
    public string? Epoch { get; private set; }

    public override void Start() => Do(now =>
    {
        _seen.Edits.Started(this, _client.Store.Kept?.Pending ?? []);
        Machine.FollowState(now, _client.Request, _client.Document);
        Machine.Start(now);
    });

    public void Edit(ClientFrame.Mutate frame) => Do(now => _seen.Edits.Made(_client, this, Machine.Mutate(now, frame)));

    public void WritesReliably() => _writer.IsReliable = true;

    public override void Kill()
    {
        if (IsAlive)
            _writer.End();

        base.Kill();
    }

    public override string? Unfinished()
    {
        if (Machine.State != ClientState.Connected)
            return $"{_client.Name} is {Machine.State}";

        if (Machine.MutationsWaiting > 0)
            return $"{Machine.MutationsWaiting} edits of {_client.Name} are not answered";

        var head = _seen.Truth.Head(_client.Request.Channel);
        return Snapshot.IsWhole && Snapshot.Offset >= head ? null : $"{_client.Name} sees {_client.Request.Channel} as of {Snapshot.Offset}, and the head is {head}";
    }

    protected override void Carry(ClientEffect effect)
    {
        switch (effect)
        {
            case ClientEffect.SessionChanged changed:
                _client.Ticket = changed.Ticket;
                break;
            case ClientEffect.StateShown shown:
                Snapshot = shown.Snapshot;
                _isShown = true;
                _changed.UnionWith(shown.Changes.Select(change => change.Key));
                break;
            case ClientEffect.KeepMutation keep:
                _writer.Add(keep.Mutation, isDrop: false);
                break;
            case ClientEffect.DropMutation drop:
                _seen.Edits.Over(this, drop.Mutation);
                _writer.Add(drop.Mutation, isDrop: true);
                break;
            case ClientEffect.MutationPending pending:
                _seen.Edits.Pending(this, pending.Mutation);
                break;
            case ClientEffect.MutationDecided decided:
                _seen.Edits.Decided(_client, this, decided.Outcome);
                break;
            case ClientEffect.MutationAbandoned abandoned:
                _seen.Edits.Abandoned(abandoned);
                break;
            case ClientEffect.Notify { Notice: SubscriptionNotice.Started started }:
                Epoch = started.Epoch;
                break;
            case ClientEffect.Notify { Notice: SubscriptionNotice.Ended ended } when Machine.State != ClientState.Closed:
                _seen.Violate(new Violation("Liveness", $"{_client.Name} does not follow the state any longer: {ended.Reason}"));
                break;
            case ClientEffect.StateChanged { State: ClientState.Closed } closed:
                _writer.Finish();
                _isClosed = true;
                _closeCode = closed.CloseCode;
                break;
        }
    }

    /// <summary>What is told of an edit and what is seen of it belong together.</summary>
    protected override void CarriedOut()
    {
        if (_isShown)
        {
            _isShown = false;
            _seen.Edits.Shown(_client, this, Snapshot, _changed);
            _changed.Clear();
        }

        if (_isClosed)
            _client.OnClosed(this, _closeCode);
    }

    private static ClientMachineOptions Options(EditingClient client, int number, Observations seen) => OptionsOf($"{client.Name}/{number}") with
    {
        Session = client.Ticket,
        CreditWindow = client.Credit,
        PieceBytes = client.PieceBytes,
        Mutations = client.Store.Kept,
        KeepsMutations = true,
        WallClock = () => seen.NowUnixMs + client.ClockAheadMs,
    };
}
