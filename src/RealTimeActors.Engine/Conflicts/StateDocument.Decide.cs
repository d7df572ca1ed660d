using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>Decides: checks a mutation, folds it in, holds what comes out against the limits, and writes the event.</summary>
internal sealed partial class StateDocument
{
    /// <summary>What becomes of a mutation. Changes nothing.</summary>
    /// <param name="m">The mutation, its value well formed.</param>
    /// <param name="rules">The channel's rules.</param>
    /// <param name="custom">The rules of the application by their names.</param>
    /// <param name="limits">What the state may grow to.</param>
    /// <param name="nowUnixMs">The server's clock.</param>
    /// <param name="skewMaxMs">How far ahead of it a client's clock is believed.</param>
    internal Decision Decide(Mutation m, ConflictRules rules, IReadOnlyDictionary<string, IMergeRule> custom, StateLimits limits, long nowUnixMs, long skewMaxMs)
    {
        _entries.TryGet(m.Key, out var entry);
        if (MutationCheck.Wrong(m, limits) is { } wrong)
            return Refused(entry, wrong.Code, wrong.Text);

        if (m.IfVersion is { } expected && !Meets(entry, expected))
            return Rejected(entry, expected);

        var (time, counter) = ClockOf(m, entry, nowUnixMs, skewMaxMs);
        var e = new StateEvent
        {
            Operation = m.Operation,
            Value = m.Operation == MutationOperation.Delete ? default : m.Value,
            Result = default,
            Version = 0,
            Effect = default,
            Rules = rules.Digest,
            IfVersion = m.IfVersion == Mutation.MustExist ? null : m.IfVersion,
            BaseVersion = m.BaseVersion,
            TimeUnixMs = time,
            Counter = counter,
            MutationId = m.MutationId,
        };
        var asked = new AskedRules(custom);
        var next = Fold(m.Key, entry, e, m.User, m.Session, rules, asked, out var outcome);
        if (outcome.Error is { } error)
            return Refused(entry, error, outcome.ErrorText!);

        if (next is not null && TooMuch(entry, next, outcome, limits) is { } refused)
            return refused;

        var value = next?.Value ?? default;
        e = e with { Result = outcome.Result, Version = next?.Version ?? 0 };
        e = WithEffect(e, entry?.Value ?? default, value, outcome);
        var data = StateEventFormat.Write(e, outcome, asked.Decided);
        if (data.Length > StateBounds.EventBytesMax)
        {
            return Refused(entry, ErrorCode.TooLarge,
                $"The event of this mutation would have {data.Length} bytes, with what it asks for and what it leads to; {StateBounds.EventBytesMax} are the most. Write fewer fields at a time.");
        }

        return new Decision(e.Result, e.Version, value, e.Result == MutationResult.Superseded ? outcome.Reason : null, null, data) { Next = next };
    }

    private static bool Meets(StateEntry? entry, long expected) => expected switch
    {
        Mutation.MustExist => entry is { IsPresent: true },
        0 => entry is not { IsPresent: true },
        _ => expected == (entry?.Version ?? 0),
    };

    /// <summary>The hybrid clock: the client's time, as far as it is believed, and not before 1970; without one the server's, after everything that is there.</summary>
    private static (long TimeUnixMs, long Counter) ClockOf(Mutation m, StateEntry? entry, long nowUnixMs, long skewMaxMs)
    {
        if (m.TimeUnixMs is { } time)
            return (Math.Clamp(time, 0, nowUnixMs + skewMaxMs), 0);

        return entry?.Newest is { } newest && newest.TimeUnixMs >= nowUnixMs ? (newest.TimeUnixMs, newest.Counter + 1) : (nowUnixMs, 0);
    }

    /// <summary>Says what changed where the operation and its value do not say it themselves.</summary>
    private static StateEvent WithEffect(StateEvent e, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after, FoldOutcome outcome)
    {
        if (e.Result == MutationResult.Superseded)
            return e with { Effect = StateEffect.None };

        if (e.Result == MutationResult.Applied && !outcome.IsRewritten && e.Operation is MutationOperation.Merge or MutationOperation.Set or MutationOperation.Delete)
            return e with { Effect = StateEffect.AsAsked };

        if (after.IsEmpty)
            return e with { Effect = StateEffect.Deleted };

        return JsonMembers.IsObject(after.Span) && MergePatch.TryDiff(before, after, out var patch) && patch.Length < after.Length
            ? e with { Effect = StateEffect.Patch, EffectValue = patch }
            : e with { Effect = StateEffect.Set, EffectValue = after };
    }

    /// <summary>Whether the state would outgrow a limit. Of what is beyond one that was lowered, everything is taken that makes it no more in just that respect.</summary>
    private Decision? TooMuch(StateEntry? entry, StateEntry next, FoldOutcome outcome, StateLimits limits)
    {
        var isLonger = next.Value.Length > (entry?.Value.Length ?? 0);
        if (isLonger && next.Value.Length > Math.Min(limits.EntryBytesMax, StateLimits.Default.EntryBytesMax))
            return Refused(entry, ErrorCode.TooLarge, $"The value would have {next.Value.Length} bytes; {limits.EntryBytesMax} are the most for one key. Divide it over several keys.");

        if (outcome.MembersMax > limits.SetMembersMax)
            return Refused(entry, ErrorCode.LimitExceeded, $"The set would have {outcome.MembersMax} members; {limits.SetMembersMax} are the most.");

        // A value may become shorter and yet deeper, or one long text become many short fields.
        var depth = CompactJson.DepthOf(next.Value.Span);
        if (depth > limits.DepthMax && depth > CompactJson.DepthOf(entry is null ? default : entry.Value.Span))
            return Refused(entry, ErrorCode.BadRequest, $"The value would be {depth} levels deep; {limits.DepthMax} are the most.");

        var fields = next.Root.CountFields();
        if (fields > limits.FieldsMax && fields > (entry?.Root.CountFields() ?? 0))
            return Refused(entry, ErrorCode.LimitExceeded, $"The value would have {fields} fields; {limits.FieldsMax} are the most for one key. Divide it over several keys.");

        if (!isLonger)
            return null;

        var isNew = entry is not { IsPresent: true } && next.IsPresent;
        if (isNew && Count >= limits.EntriesMax)
            return Refused(entry, ErrorCode.LimitExceeded, $"The channel has {Count} keys; {limits.EntriesMax} are the most. Delete some, or use another channel.");

        var bytes = Bytes + next.Bytes - (entry?.Bytes ?? 0);
        return bytes > limits.BytesMax
            ? Refused(entry, ErrorCode.LimitExceeded, $"The channel's state would have {bytes} bytes; {limits.BytesMax} are the most. Delete some keys, or use another channel.")
            : null;
    }

    private static Decision Rejected(StateEntry? entry, long expected) => new(MutationResult.Rejected, entry?.Version ?? 0, entry?.Value ?? default,
        expected switch
        {
            Mutation.MustExist => "The key is expected to be there; it is absent.",
            0 => $"ifVersion 0 expects the key to be absent; it has version {entry?.Version ?? 0}.",
            _ => $"ifVersion expects version {expected}; the key {(entry is { IsPresent: true } ? $"has version {entry.Version}" : "is absent")}.",
        },
        null, default);

    private static Decision Refused(StateEntry? entry, ErrorCode code, string text) =>
        new(MutationResult.Rejected, entry?.Version ?? 0, entry?.Value ?? default, text, code, default);
}
