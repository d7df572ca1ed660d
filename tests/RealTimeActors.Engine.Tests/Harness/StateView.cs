using System.Globalization;
using System.Text.Json.Nodes;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Harness;

/// <summary>What a client in mode <c>state</c> makes of its frames: the entries as they are now. Every offset is accounted for once, and every version follows on the one before it.</summary>
internal sealed class StateView(string channel)
{
    private readonly SortedDictionary<string, (long Version, JsonNode? Value)> _entries = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (long Version, JsonNode? Value)> _parts = new(StringComparer.Ordinal);
    private bool _isComplete;

    /// <summary>Everything up to here is in it.</summary>
    internal long Offset { get; private set; }

    /// <summary>Whether the state that it began with is there.</summary>
    internal bool IsComplete => _isComplete;

    /// <summary>Parts of states that came.</summary>
    internal int Parts { get; private set; }

    /// <summary>Changes that came.</summary>
    internal int Changes { get; private set; }

    /// <summary>The entries as text, <c>key version value</c>, one a line.</summary>
    internal string Text => string.Concat(_entries.Select(entry => Line(entry.Key, entry.Value.Version, entry.Value.Value)));

    /// <summary>How the server's page of the state reads in the same form.</summary>
    internal static string TextOf(IEnumerable<Entry> entries) =>
        string.Concat(entries.Select(entry => Line(entry.Key, entry.Version, JsonNode.Parse(entry.Value.Span))));

    /// <summary>Takes in what a client has received since it was last looked at.</summary>
    internal StateView Take(TestClient client)
    {
        foreach (var subscribed in client.Welcome.Subscriptions.Where(subscribed => subscribed.Channel == channel && client.Frames.Count > 0 && Offset == 0))
            Take(subscribed);

        foreach (var frame in client.Frames)
            Take(frame);

        client.Forget();
        return this;
    }

    internal void Take(ServerFrame frame)
    {
        switch (frame)
        {
            case ServerFrame.Subscribed subscribed when subscribed.Channel == channel:
                Offset = subscribed.Offset;
                _isComplete = subscribed.Recovered == Recovered.Full;
                _parts.Clear();
                break;
            case ServerFrame.State state when state.Channel == channel:
                Assert.False(_isComplete, "a part of a state came that nothing announced");
                Assert.Equal(Offset, state.Offset);
                Parts++;
                foreach (var entry in state.Entries)
                    _parts.Add(entry.Key, (entry.Version, JsonNode.Parse(entry.Value.Span)));

                if (state.Last)
                    Complete();

                break;
            case ServerFrame.Change change when change.Channel == channel:
                Assert.True(_isComplete, $"change {change.Offset} came before the state was there");
                Step(change.Offset, change.Offset);
                Apply(change);
                break;
            case ServerFrame.Skip skip when skip.Channel == channel:
                Assert.True(_isComplete, $"skip {skip.From} came before the state was there");
                Step(skip.From, skip.To);
                break;
            case ServerFrame.Event or ServerFrame.Gap:
                Assert.Fail($"{frame} does not belong into mode state");
                break;
        }
    }

    private static string Line(string key, long version, JsonNode? value) => string.Create(CultureInfo.InvariantCulture, $"{key} {version} {Sorted(value)?.ToJsonString() ?? "null"}\n");

    /// <summary>In which order the members of an object stand says nothing.</summary>
    private static JsonNode? Sorted(JsonNode? value) => value is JsonObject members
        ? new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value))))
        : value?.DeepClone();

    private void Complete()
    {
        _entries.Clear();
        foreach (var (key, entry) in _parts)
            _entries.Add(key, entry);

        _parts.Clear();
        _isComplete = true;
    }

    private void Step(long from, long to)
    {
        Assert.Equal(Offset + 1, from);
        Offset = to;
    }

    private void Apply(ServerFrame.Change change)
    {
        Changes++;
        var isPresent = _entries.TryGetValue(change.Key, out var before);
        if (isPresent)
            Assert.Equal(before.Version + 1, change.Version);

        if (change.Deleted)
            _entries.Remove(change.Key);
        else if (change.Value is { } value)
            _entries[change.Key] = (change.Version, JsonNode.Parse(value.Span));
        else
            _entries[change.Key] = (change.Version, Merge(before.Value, JsonNode.Parse(change.Patch!.Value.Span)));
    }

    /// <summary>RFC 7396, written down once more.</summary>
    private static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject members)
            return patch?.DeepClone();

        var merged = target is JsonObject present ? (JsonObject)present.DeepClone() : [];
        foreach (var (name, value) in members)
        {
            if (value is null)
            {
                merged.Remove(name);
                continue;
            }

            var former = merged[name];
            merged.Remove(name);
            merged[name] = Merge(former, value);
        }

        return merged;
    }
}
