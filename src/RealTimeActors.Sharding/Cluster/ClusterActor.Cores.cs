namespace RealTimeActors.Sharding.Cluster;

/// <summary>
/// A node that is no core does everything for its clients by the cores that it reaches. Where it reaches none, new clients are better off elsewhere.
/// </summary>
/// <remarks>At its start it waits for the first one: edges may be started before cores. Later it is said only after a whole lease without any, and taken back at once: the failover of a lone core, or a link that breaks now and
/// then, is over before. Those who are connected stay all the same; what they ask is refused or waits, as long as nobody has the shards.</remarks>
public sealed partial class ClusterActor
{
    /// <summary>Since when no core is reached; null: one is.</summary>
    private long? _withoutCoreSince;

    /// <summary>What is said of it; null: nothing yet, or a core is reached.</summary>
    private string? _withoutCore;
    private bool _isTroubleWithoutCore;

    private void BeginWithoutCore()
    {
        if (IsCoreHere)
            return;

        _withoutCoreSince = Context.Time.GetTimestamp();
        _withoutCore = "it has not reached a core yet";
    }

    private void LookForCore()
    {
        if (IsCoreHere || _me is null || _isLeaving)
            return;

        if (_view.Members.Any(member => IsCore(member) && !TakesNothing(member) && _up.ContainsKey($"{member.Self}")))
        {
            (_withoutCoreSince, _withoutCore, _isTroubleWithoutCore) = (null, null, false);
        }
        else
        {
            _withoutCoreSince ??= Context.Time.GetTimestamp();
            if (Context.Time.GetElapsedTime(_withoutCoreSince.Value) <= _options.Lease)
                return;

            (_withoutCore, _isTroubleWithoutCore) = ($"it reaches no core, and takes no new clients until it does: {WhichCores()}", true);
        }

        // The next sign of life tells the others.
        TellWhetherItTakesPart();
    }

    private string WhichCores()
    {
        var cores = _view.Members.Where(IsCore).ToList();
        return cores.Count == 0 ? "no node of the role core is there"
            : cores.TrueForAll(TakesNothing) ? $"{NamesOf(cores)} take no shards"
            : $"it is not linked with {NamesOf(cores.FindAll(core => !TakesNothing(core)))}; what was refused stands in this log and in theirs";
    }
}
