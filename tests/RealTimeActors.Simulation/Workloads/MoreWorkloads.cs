using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Who else takes part in a run, as its plan says.</summary>
internal static class MoreWorkloads
{
    public static IEnumerable<IWorkload> Of(RunPlan plan, SimulatedWorld world, SimulatedNetwork network, SimulatedNode node, Observations seen)
    {
        for (var i = 1; i <= (plan.State?.Clients ?? 0); i++)
            yield return new StateClient($"{StateClient.NamePrefix}{i}", world, network, seen);

        foreach (var (name, reader) in plan.State?.Readers ?? new SortedDictionary<string, StateReaderPlan>())
            yield return new StateReader(name, reader, world, network, seen);

        for (var i = 1; i <= (plan.State?.Editors ?? 0); i++)
            yield return new EditingClient($"{StateClient.NamePrefix}edits-{i}", world, network, seen);

        for (var i = 1; i <= (plan.Nacks?.Clients ?? 0); i++)
            yield return new NackingClient($"{NackingClient.NamePrefix}{i}", world, network, seen);

        if (plan.Nacks is not null)
            yield return new Postmaster(world, node, seen);

        if (plan.Signs)
            yield return new Auditor(world, node, seen);
    }
}
