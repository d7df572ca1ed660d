using System.Text;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Engine.Tests.Conflicts;

/// <summary>
/// A channel's state that mutations are given to, one after the other. Whatever happens, three things are held to each other: the state that the decision gives, the one that the event gives when it is read
/// from the log, and what a subscriber makes of the change frames.
/// </summary>
internal sealed class StateScript(ConflictRules rules)
{
    internal const long SkewMs = 5_000;

    private readonly SortedDictionary<string, (long Version, string Value)> _seen = new(KeyOrder.Instance);

    internal StateScript(string @default = "last-write", params (string Path, string Rule)[] fields)
        : this(RulesOf(@default, fields))
    {
    }

    internal StateDocument State { get; private set; } = StateDocument.Empty;

    internal SortedDictionary<string, IMergeRule> Custom { get; } = new(StringComparer.Ordinal);

    internal StateLimits Limits { get; set; } = StateLimits.Default;

    internal List<ChannelEvent> Events { get; } = [];

    internal long Now { get; set; } = 1_000_000;

    internal static ConflictRules RulesOf(string @default, params (string Path, string Rule)[] fields)
    {
        Assert.True(ConflictRules.TryCreate(@default, fields.Select(field => KeyValuePair.Create(field.Path, field.Rule)), out var rules, out var error), error);
        return rules;
    }

    internal static byte[] Json(string text)
    {
        Assert.True(JsonText.TryCompact(Encoding.UTF8.GetBytes(text), out var compact, out var error), error);
        return compact;
    }

    internal static string Text(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span);

    internal Decision Merges(string value, long? at = null, string user = "u1", long? baseVersion = null, long? ifVersion = null, string key = "k") =>
        Does(Of(MutationOperation.Merge, value, at, user, baseVersion, ifVersion, key));

    internal Decision Sets(string value, long? at = null, string user = "u1", long? baseVersion = null, long? ifVersion = null, string key = "k") =>
        Does(Of(MutationOperation.Set, value, at, user, baseVersion, ifVersion, key));

    internal Decision Deletes(long? at = null, string user = "u1", long? baseVersion = null, long? ifVersion = null, string key = "k") =>
        Does(Of(MutationOperation.Delete, null, at, user, baseVersion, ifVersion, key));

    internal Decision Increments(string value, long? at = null, long? ifVersion = null) => Does(Of(MutationOperation.Increment, value, at, "u1", null, ifVersion, "k"));

    internal Decision Adds(string value, long? at = null, long? baseVersion = null) => Does(Of(MutationOperation.Add, value, at, "u1", baseVersion, null, "k"));

    internal Decision Removes(string value, long? at = null, long? baseVersion = null) => Does(Of(MutationOperation.Remove, value, at, "u1", baseVersion, null, "k"));

    internal string Value(string key = "k") => State.TryGet(key, out var entry) ? Text(entry.Value) : "";

    internal Decision Does(Mutation m)
    {
        var decision = State.Decide(m, rules, Custom, Limits, Now, SkewMs);
        if (decision.EventData.IsEmpty)
        {
            Assert.True(decision.Error is not null || decision.Result == MutationResult.Rejected);
            return decision;
        }

        Assert.Null(decision.Error);
        var e = new ChannelEvent
        {
            Channel = "c",
            Offset = Events.Count + 1,
            Id = $"e-{Events.Count + 1}",
            Type = ServerTypes.State,
            TimeUnixMs = Now,
            Key = m.Key,
            User = m.User,
            Session = m.Session,
            Data = Json(Text(decision.EventData)),
        };
        Events.Add(e);
        Assert.Equal(Text(decision.EventData), Text(e.Data));
        Follow(e);

        var read = State.Apply(e.Data, m.Key, m.User, m.Session, e.Offset, RulesByDigest);
        State = State.With(decision, e.Offset);
        Assert.Equal(Snapshot(State), Snapshot(read));

        State.TryGet(m.Key, out var entry);
        Assert.Equal((decision.Version, Text(decision.Value)), (entry?.Version ?? 0, entry is null ? "" : Text(entry.Value)));
        Assert.Equal(State.After(null).Select(one => (one.Key, one.Version, Canonical(Text(one.Value)))), _seen.Select(one => (one.Key, one.Value.Version, Canonical(one.Value.Value))));
        Assert.Equal((State.After(null).Count(), State.After(null).Sum(one => one.Bytes)), (State.Count, State.Bytes));
        return decision;
    }

    /// <summary>The state after all events, read from the log.</summary>
    internal StateDocument Fold() => Events.Aggregate(StateDocument.Empty, (state, e) => state.Apply(e.Data, e.Key!, e.User, e.Session, e.Offset, RulesByDigest));

    internal static byte[] Snapshot(StateDocument state)
    {
        var writer = new PayloadWriter();
        state.Write(writer);
        return writer.ToArray();
    }

    internal static StateDocument Restored(StateDocument state)
    {
        var reader = new PayloadReader(Snapshot(state));
        var restored = StateDocument.Read(ref reader);
        Assert.True(reader.IsAtEnd);
        return restored;
    }

    internal static string Canonical(string json) => json.Length == 0 ? "" : Text(CanonicalJson.Of(Json(json)));

    private ConflictRules RulesByDigest(string digest)
    {
        Assert.Equal(rules.Digest, digest);
        return ConflictRules.FromText(rules.Text);
    }

    private static Mutation Of(MutationOperation operation, string? value, long? at, string user, long? baseVersion, long? ifVersion, string key) => new()
    {
        Key = key,
        Operation = operation,
        Value = value is null ? default(ReadOnlyMemory<byte>) : Json(value),
        TimeUnixMs = at,
        User = user,
        Session = $"s-{user}",
        BaseVersion = baseVersion,
        IfVersion = ifVersion,
    };

    private void Follow(ChannelEvent e)
    {
        if (StateChange.Of(e, []) is not { } change)
            return;

        Assert.Equal(1, (change.Patch is null ? 0 : 1) + (change.Value is null ? 0 : 1) + (change.Deleted ? 1 : 0));
        if (change.Deleted)
        {
            _seen.Remove(change.Key);
            return;
        }

        var before = _seen.TryGetValue(change.Key, out var seen) ? Json(seen.Value) : default;
        var after = change.Value ?? MergePatch.Apply(before, change.Patch!.Value);
        _seen[change.Key] = (change.Version, Text(after));
    }
}
