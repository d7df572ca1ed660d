using System.Text;
using System.Text.Json.Nodes;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Client.Tests.Machine.State;

/// <summary>A document as slow and simple as it can be: every edit is made on a tree, every comparison is one of texts.</summary>
internal sealed class ModelDocument
{
    internal SortedDictionary<string, (long Version, JsonNode Value)> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>The versions of deleted keys, so that none is used twice.</summary>
    private readonly Dictionary<string, long> _versions = [];

    internal static ModelDocument Of(IEnumerable<Entry> entries)
    {
        var document = new ModelDocument();
        foreach (var entry in entries)
            document.Entries[entry.Key] = (entry.Version, JsonNode.Parse(entry.Value.Span)!);
        return document;
    }

    internal long VersionOf(string key) => _versions.GetValueOrDefault(key);

    /// <summary>Makes an edit and says what has changed, as a patch or as a whole.</summary>
    internal ServerFrame.Change Edit(string key, string operation, string value, long offset, bool asPatch = false, string? mutationId = null, bool isMeddled = false)
    {
        var before = Entries.TryGetValue(key, out var former) ? former.Value : null;
        var after = Edited(before, operation, value);
        if (isMeddled && after is not null)
            after["meddled"] = offset;

        var version = _versions[key] = _versions.GetValueOrDefault(key) + 1;
        var change = new ServerFrame.Change { Channel = "grants", Offset = offset, Key = key, Version = version, MutationId = mutationId, Deleted = after is null };
        if (after is null)
        {
            Entries.Remove(key);
            return change;
        }

        Entries[key] = (version, after);
        return asPatch && before is not null && MergePatch.TryDiff(BytesOf(before), BytesOf(after), out var patch) ? change with { Patch = patch } : change with { Value = BytesOf(after) };
    }

    /// <summary>Makes an edit as the client shows it.</summary>
    internal void Show(PendingMutation mutation)
    {
        var before = Entries.TryGetValue(mutation.Key, out var former) ? former : (Version: 0, Value: null!);
        var after = Edited(before.Value, mutation.Operation, Encoding.UTF8.GetString(mutation.Value.Span));
        if (after is null)
            Entries.Remove(mutation.Key);
        else
            Entries[mutation.Key] = (before.Version, after);
    }

    internal ReadOnlyMemory<byte> ValueOf(string key) => Entries.TryGetValue(key, out var entry) ? BytesOf(entry.Value) : default;

    internal List<Entry> ToEntries() => [.. Entries.Select(pair => new Entry(pair.Key, pair.Value.Version, BytesOf(pair.Value.Value)))];

    /// <summary>Keys and values, the same for equal documents.</summary>
    internal string Text => string.Join('\n', Entries.Select(pair => $"{pair.Key}: {TextOf(BytesOf(pair.Value.Value))}"));

    internal static string TextOf(StateSnapshot snapshot) => string.Join('\n', snapshot.Entries.Values.Select(entry => $"{entry.Key}: {TextOf(entry.Value)}"));

    internal static string TextOf(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(CanonicalJson.Of(json));

    private static byte[] BytesOf(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());

    private static JsonNode? Edited(JsonNode? before, string operation, string value)
    {
        switch (operation)
        {
            case "set": return JsonNode.Parse(value);
            case "delete": return null;
            case "remove" when before is null: return null;
        }

        var after = before?.DeepClone() ?? new JsonObject();
        foreach (var (name, operand) in JsonNode.Parse(value)!.AsObject())
        {
            switch (operation)
            {
                case "merge" when operand is null: after.AsObject().Remove(name); break;
                case "merge": after[name] = operand.DeepClone(); break;
                case "increment": after[name] = (after[name]?.GetValue<long>() ?? 0) + operand!.GetValue<long>(); break;
                default: after[name] = Members(after[name]?.AsArray(), operand!.AsArray(), operation == "add"); break;
            }
        }

        // To take members out of nothing leaves nothing there.
        if (operation == "remove")
        {
            foreach (var name in JsonNode.Parse(value)!.AsObject().Select(pair => pair.Key).Where(name => before![name] is null).ToList())
                after.AsObject().Remove(name);
        }

        return after;
    }

    private static JsonArray Members(JsonArray? before, JsonArray operand, bool isAdd)
    {
        var members = before?.Select(member => member!.ToJsonString()).ToList() ?? [];
        foreach (var member in operand.Select(member => member!.ToJsonString()))
        {
            if (!isAdd)
                members.Remove(member);
            else if (!members.Contains(member))
                members.Add(member);
        }

        return [.. members.Select(member => JsonNode.Parse(member))];
    }
}
