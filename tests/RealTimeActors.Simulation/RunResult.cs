using System.Text;

namespace RealTimeActors.Simulation;

/// <summary>What came of one run.</summary>
internal sealed record RunResult(RunPlan Plan, Violation? Violation, ulong TraceHash, IReadOnlyCollection<string> LastLines, SometimesCounts Sometimes)
{
    public bool IsFine => Violation is null;

    /// <summary>Everything that somebody needs who was not there.</summary>
    public string Explain()
    {
        var text = new StringBuilder();
        text.AppendLine($"Seed {Plan.Seed} broke {Violation}");
        text.AppendLine($"Replay: dotnet run -c Release --project tests/RealTimeActors.Simulation -- --seed {Plan.Seed}{(Plan.Cluster is null ? "" : Plan.Cluster.SpreadsRequests ? " --anywhere" : " --cluster")}{(Plan.Without.Count == 0 ? "" : $" --without {string.Join(',', Plan.Without)}")}{(Plan.Moment == 0 ? "" : $" --moment {Plan.Moment}")} --trace");
        text.AppendLine($"Plan:   {Plan}");
        text.AppendLine("The last events:");
        foreach (var line in LastLines)
            text.AppendLine("  " + line);

        return text.ToString();
    }
}
