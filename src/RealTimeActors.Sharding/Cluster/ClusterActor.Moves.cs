using RealTimeActors.Persistence.Membership;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>
/// Hand-off: the owner asks everybody to hold what is for the shard, lets its entities end in good order, gives the lease back and offers the shard to the node that should have it. One at a time. Because nobody
/// sends anything between holding and hearing who has it now, nothing is overtaken and nothing gets lost.
/// </summary>
public sealed partial class ClusterActor
{
    private readonly SortedDictionary<int, string> _ordered = [];

    /// <summary>Shards that an operator has moved here: balance leaves them.</summary>
    private readonly SortedSet<int> _kept = [];

    /// <summary>When, and to whom, this node gave a shard away because an operator said so: it does not take it back before the other one has had the time to take it.</summary>
    private readonly SortedDictionary<int, (NodeIncarnation To, long At)> _ceded = [];
    private Move? _move;
    private bool _isDraining;
    private long _movedAt = long.MinValue;

    private void OnOrder(ClusterOrder order)
    {
        switch (order)
        {
            case ClusterOrder.Drain when !_isDraining:
                // First the others get to know it: otherwise who is given a shard would give it back.
                _isDraining = true;
                _movedAt = Context.Time.GetTimestamp();
                if (_me is not null)
                    Beat();

                _options.Draining();
                return;
            case ClusterOrder.Undrain when _isDraining && !_isLeaving:
                _isDraining = false;
                if (_me is not null)
                    Beat();

                // What should be here comes back as any balance does: one shard after the other, from the nodes that have it.
                _options.Undrained();
                return;
            case ClusterOrder.Move move when move.Shard >= 0 && move.Shard < _options.Shards:
                _ordered[move.Shard] = move.To;
                break;
            case ClusterOrder.Leave:
                Leave();
                return;
        }

        if (_me is not null)
            MoveOne();
    }

    private bool IsCeded(int shard)
    {
        if (!_ceded.TryGetValue(shard, out var ceded))
            return false;

        // Who is going to leave takes nothing, though it was offered.
        if (Context.Time.GetElapsedTime(ceded.At) < _options.Lease && _view.Members.Any(member => member.Self == ceded.To && !TakesNothing(member)))
            return true;

        _ceded.Remove(shard);
        return false;
    }

    /// <summary>Begins the next move, if there is one to make and none under way.</summary>
    private void MoveOne()
    {
        if (_move is not null || _isLeaving)
            return;

        // What an operator orders does not wait for balance.
        var isPause = _movedAt != long.MinValue && Context.Time.GetElapsedTime(_movedAt) < (_isDraining ? _options.Lease / 5 : _options.MovePause);

        var nodes = Candidates();
        foreach (var (shard, holding) in _held)
        {
            var to = _ordered.TryGetValue(shard, out var ordered) ? ordered
                : isPause || (_kept.Contains(shard) && !_isDraining) ? Me.Node
                : Placement.OwnerOf(shard, nodes);
            if (to is null || to == Me.Node || _view.Members.FirstOrDefault(member => member.Self.Node == to) is not { } member || !_up.ContainsKey($"{member.Self}"))
                continue;

            // Ordered before it began to leave: it does not take it any more.
            if (TakesNothing(member))
            {
                _ordered.Remove(shard);
                continue;
            }

            Begin(new Move(new OwnedShard(shard, holding.Fence.Epoch), member.Self, [.. _up.Keys]));
            return;
        }
    }

    private void Begin(Move move)
    {
        _move = move;
        Context.StartTimer(_moveDue, _options.MoveWithin, _moveDue);
        foreach (var peer in move.Peers)
            TellPeer(peer, new ClusterTalk.Hold(Me, move.Shard));

        // Here it goes on until they all hold: what was held here would have to be passed on, and answers would not find back.
        DrainIfHeld(move);
    }

    private bool IsShard(OwnedShard shard) => shard.Shard >= 0 && shard.Shard < _options.Shards;

    private void OnTalk(ClusterTalk talk)
    {
        switch (talk)
        {
            case ClusterTalk.Owns owns:
                foreach (var shard in owns.Shards)
                    OnOwns(owns.From, shard);

                break;
            case ClusterTalk.Hold hold when IsShard(hold.Shard) && (_owners[hold.Shard.Shard] is not { } known || known.Epoch <= hold.Shard.Epoch):
                HoldFor(hold);
                break;
            case ClusterTalk.Held held when _move is { Phase: MovePhase.Holding } move && move.Shard == held.Shard:
                move.Peers.Remove($"{held.From}");
                DrainIfHeld(move);
                break;
            case ClusterTalk.Offer offer when IsShard(offer.Shard) && !_isLeaving && !_isDraining:
                Learn(offer.Shard.Shard, offer.From, offer.Shard.Epoch, isFree: true);
                if (offer.IsOrdered)
                    _kept.Add(offer.Shard.Shard);

                Take(offer.Shard.Shard);
                break;
            case ClusterTalk.ReachedAt reached when _up.ContainsKey($"{reached.From}"):
                _reachedAt[$"{reached.From}"] = reached.Address;
                break;
            case ClusterTalk.Count count:
                TellPeer($"{count.From}", new ClusterTalk.Counts(Me, count.Number, OwnFigures()));
                break;
            case ClusterTalk.Counts counts:
                OnCounts(counts);
                break;
        }
    }

    private void OnOwns(NodeIncarnation from, OwnedShard shard)
    {
        if (!IsShard(shard))
            return;

        if (_said.TryGetValue($"{from}", out var said))
            said[shard.Shard] = shard.Epoch;

        var isAgain = _owners[shard.Shard] is { IsFree: false } known && known.Node == from && known.Epoch == shard.Epoch;
        Learn(shard.Shard, from, shard.Epoch, isFree: false);

        // A move that was called off: whoever holds lets go. Or the table of leases was faster.
        if (isAgain && !_held.ContainsKey(shard.Shard))
            TellWhere(shard.Shard);
    }

    private void HoldFor(ClusterTalk.Hold hold)
    {
        _heldElsewhere.Add(hold.Shard.Shard);
        var tag = new HeldFor(hold.From, hold.Shard, _options.Regions.Count);
        TellRegions(hold.Shard.Shard, new ShardMessage.Hold(tag, Self));
    }

    private void OnMoved(ShardMoved moved)
    {
        switch (moved)
        {
            case ShardMoved.Held { Tag: HeldFor held }:
                // One answer comes from each region.
                if (--held.RegionsLeft == 0)
                    TellPeer($"{held.For}", new ClusterTalk.Held(Me, held.Shard));

                break;
            case ShardMoved.Drained drained when _move is { Phase: MovePhase.Draining } move && move.Shard.Shard == drained.Shard:
                if (--move.RegionsLeft == 0)
                    Release(move);

                break;
        }
    }

    private void DrainIfHeld(Move move)
    {
        if (move.Peers.Count > 0)
            return;

        move.Phase = MovePhase.Draining;
        Context.StartTimer(_moveDue, _options.MoveWithin, _moveDue);
        move.RegionsLeft = _options.Regions.Count;
        TellRegions(move.Shard.Shard, new ShardMessage.Drain(Self));
        if (_options.Bug == PlantedShardBug.HandOffUnsettled)
            Release(move);
    }

    private void Release(Move move)
    {
        if (!_held.Remove(move.Shard.Shard, out var holding))
            return;

        move.Phase = MovePhase.Releasing;

        // From here on it may be seen to be free, before the answer comes.
        if (_ordered.ContainsKey(move.Shard.Shard))
            _ceded[move.Shard.Shard] = (move.To, Context.Time.GetTimestamp());

        _options.Leases.Release(holding.Fence, Me, move, Self);
    }

    private void OnReleased(Move move)
    {
        _options.Figures.HandedOver++;

        // Lost meanwhile, it does not hear of it: whoever should have the shard takes it at once, and that is this node perhaps.
        var isOffered = _up.ContainsKey($"{move.To}");
        if (isOffered)
            TellPeer($"{move.To}", new ClusterTalk.Offer(Me, move.Shard, IsOrdered: _ordered.ContainsKey(move.Shard.Shard)));
        else
            _ceded.Remove(move.Shard.Shard);

        // The answer may come when somebody has the shard again, and be it this node.
        if (_owners[move.Shard.Shard] is not { } owner || owner.Epoch <= move.Shard.Epoch)
        {
            _kept.Remove(move.Shard.Shard);
            _owners[move.Shard.Shard] = new Owner(Me, move.Shard.Epoch, IsFree: true, Context.Time.GetTimestamp());
        }

        End(move);
        if (!isOffered)
            TakeWhatIsMine();
    }

    /// <summary>Nobody knows whether it was given back. It runs out by itself, and whoever should have it takes it then.</summary>
    private void OnNotReleased(Move move)
    {
        if (_owners[move.Shard.Shard] is { } owner && owner.Node == Me && owner.Epoch == move.Shard.Epoch)
            _owners[move.Shard.Shard] = owner with { IsFree = true, LearntAt = Context.Time.GetTimestamp() };

        End(move);
    }

    private void End(Move move)
    {
        _ordered.Remove(move.Shard.Shard);
        if (_move != move)
            return;

        _move = null;
        Context.CancelTimer(_moveDue);
        if (_isDraining)
            MoveOne();
        else
            _movedAt = Context.Time.GetTimestamp();
    }

    private void OnMoveDue()
    {
        if (_move is not { } move || move.Phase == MovePhase.Releasing)
            return;

        // Called off: it goes on here, under the same fence, and whoever holds is told whose it is. Nobody is stopped: what is under way is only slower than a hand-over may be.
        _move = null;
        _ordered.Remove(move.Shard.Shard);
        _movedAt = Context.Time.GetTimestamp();
        if (!_held.ContainsKey(move.Shard.Shard))
            return;

        _options.Figures.CalledOff++;
        TellRegions(move.Shard.Shard, ShardMessage.Remain.Instance);
        foreach (var peer in _up.Keys)
            TellPeer(peer, new ClusterTalk.Owns(Me, [move.Shard]));
    }

    /// <summary>A node that is not linked any more sends nothing: nothing need wait for it.</summary>
    private void OnPeerLost(string peer)
    {
        if (_move is { Phase: MovePhase.Holding } move && move.Peers.Remove(peer))
            DrainIfHeld(move);

        // What it was offered it may not have heard of. If it has, it has the shard, and the table says so.
        foreach (var (shard, _) in _ceded.Where(ceded => $"{ceded.Value.To}" == peer).ToArray())
            _ceded.Remove(shard);

        OnNotCounting(peer);
    }

    private enum MovePhase
    {
        Holding,
        Draining,
        Releasing,
    }

    /// <summary>A hand-off under way.</summary>
    private sealed class Move(OwnedShard shard, NodeIncarnation to, List<string> peers)
    {
        internal OwnedShard Shard { get; } = shard;

        internal NodeIncarnation To { get; } = to;

        /// <summary>The nodes that have not said yet that they hold.</summary>
        internal List<string> Peers { get; } = peers;

        /// <summary>How many regions here have entities left.</summary>
        internal int RegionsLeft { get; set; }

        internal MovePhase Phase { get; set; }
    }

    /// <summary>Another node's shard that the regions here are asked to hold for.</summary>
    private sealed class HeldFor(NodeIncarnation whom, OwnedShard shard, int regions)
    {
        internal NodeIncarnation For { get; } = whom;

        internal OwnedShard Shard { get; } = shard;

        /// <summary>How many of them have not answered.</summary>
        internal int RegionsLeft { get; set; } = regions;
    }
}
