using System.Text;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol;

namespace RealTimeActors.TestKit.Conflicts;

/// <summary>A channel's state with one field that a custom rule decides, as the engine keeps it.</summary>
internal sealed class RuleChannel
{
    private const string Key = "k";
    private const string Rule = "tested";
    private const long NowUnixMs = 1_000_000;

    private static readonly StateLimits _limits = StateLimits.Default;

    private readonly ConflictRules _rules = RulesOf();
    private readonly SortedDictionary<string, IMergeRule> _custom = new(StringComparer.Ordinal);
    private StateDocument _state = StateDocument.Empty;
    private long _offset;

    internal RuleChannel(IMergeRule rule) => _custom.Add(Rule, rule);

    /// <summary>The value of the field; empty: none.</summary>
    internal string Value => _state.TryGet(Key, out var entry) ? Encoding.UTF8.GetString(entry.Value.Span) : "";

    /// <summary>Writes. False: it would have made the value, or its event, larger than the engine takes, and changed nothing.</summary>
    internal bool TryWrite(string value, long timeUnixMs, string user, string id)
    {
        var m = new Mutation { Key = Key, Operation = MutationOperation.Set, Value = Encoding.UTF8.GetBytes(value), TimeUnixMs = timeUnixMs, User = user, MutationId = id };
        var decision = _state.Decide(m, _rules, _custom, _limits, NowUnixMs, 0);
        _state = _state.With(decision, ++_offset);
        return decision.Error != ErrorCode.TooLarge;
    }

    private static ConflictRules RulesOf() => ConflictRules.TryCreate($"custom:{Rule}", [], out var rules, out var error) ? rules : throw new InvalidOperationException(error);
}
