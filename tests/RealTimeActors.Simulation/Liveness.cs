using RealTimeActors.Simulation.Checkers;
using RealTimeActors.Simulation.Cluster;

namespace RealTimeActors.Simulation;

/// <summary>After the faults: every shard has an owner, every publish is resolved, everybody is at the head, each in its time.</summary>
internal sealed class Liveness(Observations seen, DatabaseView? database)
{
    /// <summary>How soon after the faults every publish is answered, and everybody is at the head.</summary>
    private static readonly TimeSpan _within = TimeSpan.FromSeconds(5);
    private TimeSpan _since;
    private TimeSpan _restSince;
    private bool _arePublishesResolved;

    /// <summary>An edge that was killed at its start has its own name in its way for longer than a lease.</summary>
    private TimeSpan _nameTaken;

    private RunPlan Plan => seen.Plan;

    /// <summary>Where leases are long, a process that was killed and came back in no time has its own in its way: who asks again and again comes to the head later.</summary>
    private TimeSpan Lease => Plan.Cluster?.Lease ?? TimeSpan.Zero;

    /// <summary>Where the clock of the database was set back at last, all leases run for longer: those of nodes, too, whose names their next lives wait for.</summary>
    private TimeSpan SetBack => Plan.Cluster is { StepsClock: true } ? Lease : TimeSpan.Zero;

    /// <summary>The faults are over.</summary>
    public void Begin()
    {
        _since = seen.Now;
        _nameTaken = database is not null && database.LongestSign > Lease + SetBack ? database.LongestSign - Lease - SetBack : TimeSpan.Zero;
        database?.Ownership.Begin();
    }

    /// <summary>Nothing is asked for any more.</summary>
    public void BeginRest() => _restSince = seen.Now;

    /// <param name="unfinished">What is not done yet; null: it was not asked.</param>
    public void Look(string? unfinished)
    {
        database?.Ownership.Look();
        if (unfinished is null)
            return;

        LookAtPublishes();
        var within = _within + Lease + SetBack + _nameTaken + SlowestRate() + SlowestBatches() + SlowestQuiet();
        if (seen.Now - _restSince >= within)
            seen.Violate(new Violation("Liveness", $"{within.TotalSeconds} s after the faults are over {unfinished}."));
    }

    /// <summary>Everything is done.</summary>
    public void Rested()
    {
        database?.Ownership.Look();
        LookAtPublishes();
        seen.Sometimes.AtMost($"ms until everybody is at the head{Under}", (long)(seen.Now - _restSince).TotalMilliseconds);
    }

    public void AtRest() => database?.AtRest();

    private string Under => Plan.Cluster is { } cluster ? $" (lease {cluster.Lease.TotalMilliseconds} ms)" : "";

    private void LookAtPublishes()
    {
        if (_arePublishesResolved)
            return;

        var waiting = seen.Clients.FirstOrDefault(client => client.HasUnanswered);
        var took = seen.Now - _restSince;
        if (waiting is null)
        {
            _arePublishesResolved = true;
            seen.Sometimes.AtMost($"ms until every publish is resolved{Under}", (long)took.TotalMilliseconds);
        }
        else if (took > _within + SetBack + _nameTaken)
        {
            seen.Violate(new Violation("Liveness", $"{took.TotalSeconds} s after the faults are over {waiting.Name} waits for the outcome of a publish."));
        }
    }

    /// <summary>Who takes only so many in a second needs his time for what there is.</summary>
    private TimeSpan SlowestRate() => Plan.Clients
        .SelectMany(client => client.Subscriptions)
        .Where(subscription => seen.ChannelOf(subscription.Channel).IsDurable && subscription.Model.MaxPerSecond is not null)
        .Select(subscription => TimeSpan.FromSeconds(1.05 * seen.Truth.Head(subscription.Channel) / (double)subscription.Model.MaxPerSecond!))
        .DefaultIfEmpty(TimeSpan.Zero)
        .Max();

    /// <summary>Who is given a batch at a time, of as many as are held, waits for each of them.</summary>
    private TimeSpan SlowestBatches() => Plan.Clients
        .SelectMany(client => client.Subscriptions)
        .Where(subscription => seen.ChannelOf(subscription.Channel).IsDurable)
        .Select(subscription => TimeSpan.FromMilliseconds(1.05 * subscription.Model.BatchMs * seen.Truth.Head(subscription.Channel) / Plan.Engine.HeldEventsMax))
        .DefaultIfEmpty(TimeSpan.Zero)
        .Max();

    /// <summary>Who wants a quiet time, and nothing before what is older, waits for it once for as many as are held: what must not overtake fills the place, so that nothing newer is read.</summary>
    private TimeSpan SlowestQuiet() => Plan.Clients
        .SelectMany(client => client.Subscriptions)
        .Where(subscription => seen.ChannelOf(subscription.Channel).IsDurable && subscription.Model.IsInOrder)
        .Select(subscription => TimeSpan.FromMilliseconds(1.05 * Math.Min(subscription.Model.DebounceMs, subscription.Model.DebounceMaxMs) * seen.Truth.Head(subscription.Channel) / Plan.Engine.HeldEventsMax))
        .DefaultIfEmpty(TimeSpan.Zero)
        .Max();
}
