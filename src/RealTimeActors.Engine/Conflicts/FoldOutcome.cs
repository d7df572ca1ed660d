using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>What the rules decided while one mutation was folded in, place by place.</summary>
internal sealed class FoldOutcome
{
    /// <summary>Of the paths in the event's report: who writes a thousand fields knows what he wrote.</summary>
    private const int ReportCharsMax = 4_096;

    private int _won;
    private int _kept;
    private int _combined;
    private int _reported;

    /// <summary>Places where a rule other than last-write decided, or something was kept, with the rule.</summary>
    internal List<(string Path, string Rule)> By { get; } = [];

    /// <summary>Places where what is there stays.</summary>
    internal List<(string Path, string? Holder)> Kept { get; } = [];

    /// <summary>Whether something stands there in other bytes than those that were asked for.</summary>
    internal bool IsRewritten { get; private set; }

    /// <summary>The largest set that came to be.</summary>
    internal int MembersMax { get; private set; }

    /// <summary>What is wrong with the mutation; null: nothing.</summary>
    internal ErrorCode? Error { get; private set; }

    internal string? ErrorText { get; private set; }

    /// <summary>Why the first of the places was kept.</summary>
    internal string? Reason { get; private set; }

    /// <summary>What became of the mutation as a whole.</summary>
    internal MutationResult Result { get; set; }

    internal bool IsApplied => _kept == 0 && _combined == 0;

    /// <summary>Nothing of it took effect.</summary>
    internal bool IsLost => _kept > 0 && _won == 0 && _combined == 0;

    internal void Won(ConflictRule rule, PathStack path)
    {
        _won++;
        if (rule.Kind != ConflictRuleKind.LastWrite)
            Report(rule, path.Text());
    }

    internal void Combined(ConflictRule rule, PathStack path)
    {
        _combined++;
        Report(rule, path.Text());
    }

    internal void Keep(ConflictRule rule, PathStack path, Stamp? holder)
    {
        _kept++;
        var text = path.Text();
        var whose = string.IsNullOrEmpty(holder?.Whose) ? null : holder.Whose;
        Reason ??= $"{rule.Name} keeps what {(whose is null ? "is there" : $"{whose} wrote")}{(text.Length == 0 ? "" : $" at '{text}'")}.";
        if (Report(rule, text))
            Kept.Add((text, whose));
    }

    /// <summary>The key is forgotten, and with it who deleted it.</summary>
    internal void Forget()
    {
        Result = MutationResult.Superseded;
        Reason = "The key was deleted after the version that this edit was made on.";
    }

    internal void Rewrite() => IsRewritten = true;

    internal void CountMembers(int count) => MembersMax = Math.Max(MembersMax, count);

    /// <summary>Says what is wrong; the first one said stays.</summary>
    internal void Fail(ErrorCode code, string text)
    {
        if (Error is null)
            (Error, ErrorText) = (code, text);
    }

    private bool Report(ConflictRule rule, string path)
    {
        if (_reported + path.Length > ReportCharsMax)
            return false;

        _reported += path.Length + 16;
        By.Add((path, rule.Name));
        return true;
    }
}
