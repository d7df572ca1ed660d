namespace RealTimeActors.Simulation.Faults;

/// <summary>Takes out of a plan whose run breaks a promise whatever that does not need, part by part, until nothing can go any more.</summary>
internal static class Shrinking
{
    /// <summary>Without a part everything else comes at other moments: so many are tried before the part counts as needed.</summary>
    private const int MomentsMax = 6;

    /// <param name="broken">The run that failed.</param>
    /// <param name="runsMax">How many runs it may take.</param>
    /// <param name="onLine">Told what went; null: nobody is.</param>
    /// <returns>The least run that breaks the same promise.</returns>
    public static RunResult Shrink(RunResult broken, int runsMax = 2_000, Action<string>? onLine = null)
    {
        var runs = 0;
        while (true)
        {
            var before = broken;

            // Every part once, before any of them is tried at other moments: many go at the first try.
            for (var moment = 0UL; moment < MomentsMax; moment++)
            {
                foreach (var part in PlanParts.Of(broken.Plan))
                {
                    // One that went before may have taken this one along.
                    if (runs >= runsMax || PlanParts.Of(broken.Plan).All(left => left.Name != part.Name))
                        continue;

                    runs++;
                    var result = Simulation.Run(broken.Plan.Without(part) with { Moment = broken.Plan.Moment + moment });
                    if (result.Violation?.Invariant != broken.Violation!.Invariant)
                        continue;

                    onLine?.Invoke($"without {part.Name}: {result.Violation}");
                    broken = result;
                }
            }

            if (ReferenceEquals(before, broken) || runs >= runsMax)
                return broken;
        }
    }
}
