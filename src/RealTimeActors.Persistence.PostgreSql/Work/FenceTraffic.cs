using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;

namespace RealTimeActors.Persistence.PostgreSql.Work;

/// <summary>Counts what is appended under the newest fence of a shard. Guarded by the gate of the store.</summary>
internal sealed class FenceTraffic(Fence fence)
{
    private long _committed;
    private long _pending;

    internal Fence Fence => fence;

    internal JournalProgress Progress => new(_committed, _pending);

    internal void Add(AppendWork append) => _pending += append.Fence == fence ? append.Row.Count : 0;

    /// <summary>It has its answer.</summary>
    internal void Done(AppendWork append)
    {
        if (append.Fence != fence)
            return;

        _pending -= append.Row.Count;
        _committed += append.Answer is JournalReply.Appended ? append.Row.Count : 0;
    }
}
