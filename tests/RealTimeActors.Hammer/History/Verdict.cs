namespace RealTimeActors.Hammer.History;

/// <summary>What a history shows.</summary>
/// <param name="Problems">What is not as it must be; empty: nothing is lost, and there is one truth.</param>
internal sealed record Verdict(IReadOnlyList<string> Problems)
{
    private const int ProblemsShown = 20;

    internal bool IsGood => Problems.Count == 0;

    internal int Successes { get; init; }

    internal int Rejections { get; init; }

    internal int Reads { get; init; }

    /// <summary>Whose fate was never learnt: all of them, and those that the log has.</summary>
    internal int Unknown { get; init; }

    internal int UnknownInLog { get; init; }

    /// <summary>Successes that were learnt only when they were sent again.</summary>
    internal int Repeats { get; init; }

    internal int Logged { get; init; }

    /// <summary>Says it.</summary>
    /// <returns>The exit code.</returns>
    internal static int Print(Verdict verdict, string file)
    {
        Console.WriteLine($"History: {file}");
        Console.WriteLine(
            $"{verdict.Successes} compare-and-sets succeeded ({verdict.Repeats} learnt by sending them again), {verdict.Rejections} were rejected, {verdict.Unknown} are unknown ({verdict.UnknownInLog} of them in the log), {verdict.Reads} reads; the log has {verdict.Logged} changes.");
        foreach (var problem in verdict.Problems.Take(ProblemsShown))
            Console.WriteLine($"  {problem}");

        if (verdict.Problems.Count > ProblemsShown)
            Console.WriteLine($"  … and {verdict.Problems.Count - ProblemsShown} more.");

        Console.WriteLine(verdict.IsGood
            ? "Verdict: good. No update is lost, the history is linearizable, and everybody agrees with the log."
            : verdict.Problems.Count == 1 ? "Verdict: BAD. One thing is not as it must be." : $"Verdict: BAD. {verdict.Problems.Count} things are not as they must be.");
        return verdict.IsGood ? 0 : 1;
    }
}
