using RealTimeActors.Actors;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>What the nodes count: asked for when somebody looks, and kept by nobody.</summary>
public sealed partial class ClusterActor
{
    /// <summary>More of them than this are answered without figures.</summary>
    private const int AskersMax = 1_000;

    private readonly SortedDictionary<string, string> _reachedAt = new(StringComparer.Ordinal);
    private readonly List<IActorRef<ClusterStanding>> _askers = [];

    /// <summary>The nodes that were asked and have not answered.</summary>
    private readonly SortedSet<string> _counting = new(StringComparer.Ordinal);
    private SortedDictionary<string, NodeFigures> _figures = new(StringComparer.Ordinal);
    private long _count;

    /// <inheritdoc/>
    protected override void OnRunEnd() => _options.Figures.Shards = _held.Count;

    private void OnQuestion(ClusterQuestion question)
    {
        if (!question.WithFigures || _me is null || _askers.Count >= AskersMax)
        {
            question.ReplyTo.Tell(Standing(null));
            return;
        }

        // Whoever comes while the others are asked gets what they answer: however many look, a node is asked four times a second.
        _askers.Add(question.ReplyTo);
        if (_askers.Count > 1)
            return;

        _count++;
        _figures = new SortedDictionary<string, NodeFigures>(StringComparer.Ordinal);
        _counting.UnionWith(_up.Keys);
        foreach (var peer in _counting)
            TellPeer(peer, new ClusterTalk.Count(Me, _count));

        Context.StartTimer(_figuresDue, _options.FiguresWithin, _figuresDue);
        TellIfCounted();
    }

    private void OnCounts(ClusterTalk.Counts counts)
    {
        if (counts.Number != _count || !_counting.Remove($"{counts.From}"))
            return;

        _figures[$"{counts.From}"] = counts.Figures;
        TellIfCounted();
    }

    private void OnNotCounting(string peer)
    {
        if (_counting.Remove(peer))
            TellIfCounted();
    }

    /// <summary>Who has not answered by now is left out.</summary>
    private void OnFiguresDue()
    {
        _counting.Clear();
        TellIfCounted();
    }

    private void TellIfCounted()
    {
        if (_askers.Count == 0 || _counting.Count > 0)
            return;

        Context.CancelTimer(_figuresDue);
        _figures[$"{Me}"] = OwnFigures();
        var standing = Standing(_figures);
        foreach (var asker in _askers)
            asker.Tell(standing);

        _askers.Clear();
    }

    private NodeFigures OwnFigures() => new(_options.Clients(), [.. _held.Values.Select(held =>
    {
        var progress = _options.Journals.ProgressOf(held.Fence);
        return new ShardProgress(new OwnedShard(held.Fence.Shard, held.Fence.Epoch), _options.CountsOf(held.Fence.Shard), progress.Committed, progress.Pending);
    })]);

    private List<EdgeStanding> OtherEdges()
    {
        var edges = new List<EdgeStanding>();
        foreach (var member in _view.Members)
        {
            if (member.Self != Me && member.Roles.Contains(ClusterOptions.EdgeRole) && TakesClients(member) && member.Remaining > TimeSpan.Zero && _up.ContainsKey($"{member.Self}"))
                edges.Add(new EdgeStanding(member.Self.Node, member.Load, _reachedAt.GetValueOrDefault($"{member.Self}")));
        }

        return edges;
    }
}
