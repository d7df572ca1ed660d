using System.Text;
using System.Text.Json;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;
using RealTimeActors.Simulation.Workloads;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>4: the state that anybody is shown at an offset is the fold of the events up to it, whole or change by change; and each change raises its key's version by one.</summary>
internal sealed class Fold : StateChecker
{
    private readonly SortedDictionary<int, View> _views = [];

    public override void OnDurable(TrueEvent durable)
    {
        if (durable.Event.Channel != Channel?.Name)
            return;

        try
        {
            Seen.States.Take(durable);
        }
        catch (Exception broken) when (broken is InvalidOperationException or InvalidDataException)
        {
            Fail($"Offset {durable.Event.Offset} of {durable.Event.Channel} is not what its rules make of the events before it: {broken.Message}");
        }

        if (!IsMutation(durable))
            return;

        var e = StateEventFormat.Read(durable.Event.Data);
        var before = Of(Before(durable), durable.Event.Key!).Version;
        var expected = e.Result is MutationResult.Superseded ? before : before + 1;
        Require(e.Version == expected, $"Offset {durable.Event.Offset} makes version {e.Version} of {durable.Event.Key}; after {before} {expected} is expected.");
        Seen.Sometimes.Count($"a mutation is {MutationResults.NameOf(e.Result)}");
    }

    public override void OnSent(LinkView link, ServerFrame frame)
    {
        switch (frame)
        {
            case ServerFrame.Welcome welcome:
                foreach (var resumed in welcome.Subscriptions)
                    OnSubscribed(link, resumed);

                break;
            case ServerFrame.Subscribed subscribed:
                OnSubscribed(link, subscribed);
                break;
            case ServerFrame.State part:
                OnPart(link, part);
                break;
            case ServerFrame.Change change:
                OnChange(link, change);
                break;
            case ServerFrame.Skip skip:
                OnSkip(link, skip);
                break;
            case ServerFrame.Page { What: "state" } page when link.Answered(page) is ClientFrame.Read read:
                OnPage(link, page, read);
                break;
            case ServerFrame.Event or ServerFrame.Gap:
                Fail($"{link.Name} follows the state of {Channel!.Name}, and was sent {Line.Of(frame)}.");
                break;
        }
    }

    private void OnSubscribed(LinkView link, ServerFrame.Subscribed subscribed)
    {
        Seen.Epochs.See(subscribed.Channel, subscribed.Epoch);
        Require(subscribed.Head <= Head, $"{link.Name} was told that {subscribed.Channel} ends at {subscribed.Head}; on disk it ends at {Head}.");
        var isFull = subscribed.Recovered == Recovered.Full;
        if (isFull && link.Answered(subscribed) is ClientFrame.Subscribe { From: From.Position(_, var asked) })
            Require(subscribed.Offset == asked, $"{link.Name} has the state as of {asked}, and was told {Line.Of(subscribed)}.");

        // A connection that goes on where it was gets the rest of the parts that it waits for.
        var isRest = isFull && subscribed.Id == 0 && _views.TryGetValue(link.Link.Number, out var former) && former.Snapshot is not null;
        _views[link.Link.Number] = isRest
            ? new View(subscribed.Offset, _views[link.Link.Number].Snapshot, _views[link.Link.Number].LastKey)
            : new View(subscribed.Offset, isFull ? null : subscribed.Offset, null);
        if (isRest)
            Seen.Sometimes.Count("a channel is joined anew while parts of its state are to come");

        Seen.Sometimes.Count(isFull ? "a state is followed on from where it was" : "a state is told");
    }

    private void OnPart(LinkView link, ServerFrame.State part)
    {
        var view = ViewOf(link);
        Require(view.Snapshot == part.Offset, $"{link.Name} expects parts of the state as of {view.Snapshot}, and was sent one as of {part.Offset}.");
        CheckEntries(link, part.Offset, view.LastKey, part.Entries, part.Last, FieldsOf(link));
        view.LastKey = part.Entries.Count > 0 ? part.Entries[^1].Key : view.LastKey;
        if (part.Last)
            view.Snapshot = null;
        else
            Seen.Sometimes.Count("a state comes in several parts");
    }

    private void OnChange(LinkView link, ServerFrame.Change change)
    {
        Tell(link, change.Offset);
        if (At(change.Offset) is not { } after)
        {
            Fail($"{link.Name} was sent a change at {change.Offset}; on disk the log ends at {Head}.");
            return;
        }

        var fields = FieldsOf(link);
        var before = StateSelection.Of(Of(At(change.Offset - 1)!, change.Key).Value, fields);
        var seen = change switch
        {
            { Deleted: true } => default,
            { Patch: { } patch } => MergePatch.Apply(before, patch),
            _ => change.Value ?? default,
        };
        var (version, whole) = Of(after, change.Key);
        var value = StateSelection.Of(whole, fields);
        if (fields.Count > 0 && change.Patch is { Length: 2 })
            Seen.Sometimes.Count("a change is of other fields than are wanted");

        Require(
            change.Version == version && IsSame(seen, value),
            $"{link.Name} was sent the change at {change.Offset}: with it {change.Key} is {Text(seen)} in version {change.Version}; the log makes it {Text(value)} in version {version}.");
    }

    private void OnSkip(LinkView link, ServerFrame.Skip skip)
    {
        for (var offset = skip.From; offset <= skip.To; offset++)
        {
            Tell(link, offset);
            var e = Seen.Truth.Find(skip.Channel, offset)?.Event;
            Require(e is not null, $"{link.Name} was told to skip {offset} of {skip.Channel}; on disk the log ends at {Head}.");
            if (e!.Key is { } key)
                Require(Of(At(offset - 1)!, key).Version == Of(At(offset)!, key).Version, $"{link.Name} was told to skip {offset} of {skip.Channel}, which changes {key}.");
        }
    }

    private void OnPage(LinkView link, ServerFrame.Page page, ClientFrame.Read read)
    {
        Require(read.At is null || page.Offset == read.At, $"{link.Name} asked for the state as of {read.At}, and was given it as of {page.Offset}.");
        CheckEntries(link, page.Offset ?? 0, read.AfterKey, page.Entries, page.NextKey is null, []);
        if (read is { At: not null, AfterKey: not null })
            Seen.Sometimes.Count("the next page of a former state is read");

        Seen.Sometimes.Count(read.At is null ? "a state is read" : "a former state is read");
    }

    private void CheckEntries(LinkView link, long offset, string? after, IReadOnlyList<Entry> entries, bool isLast, IReadOnlyList<string> fields)
    {
        if (At(offset) is not { } document)
        {
            Fail($"{link.Name} was shown the state as of {offset}; on disk the log ends at {Head}.");
            return;
        }

        var expected = document.After(after).ToList();
        Require(
            isLast ? entries.Count == expected.Count : entries.Count < expected.Count,
            $"{link.Name} was shown {entries.Count} keys after {after} as of {offset}{(isLast ? ", the last ones" : "")}; the log makes {expected.Count}.");
        foreach (var (seen, truth) in entries.Zip(expected))
        {
            var value = StateSelection.Of(truth.Value, fields);
            Require(
                seen.Key == truth.Key && seen.Version == truth.Version && seen.Value.Span.SequenceEqual(value.Span),
                $"{link.Name} was shown {seen.Key} as of {offset} as {Text(seen.Value)} in version {seen.Version}; the log makes {truth.Key} {Text(value)} in version {truth.Version}.");
        }
    }

    /// <summary>What a client has put together of parts and changes, over all of its connections, when it was told of everything.</summary>
    public void Assembled(string client, AssembledState state)
    {
        var fields = Seen.Plan.State!.FieldsOf(client);
        var expected = At(Head)!.After(null).ToList();
        var differs = expected.Select(truth => truth.Key).Except(state.Entries.Select(entry => entry.Key)).FirstOrDefault();
        Require(state.Entries.Count == expected.Count && differs is null, $"{client} has put together {state.Entries.Count} keys as of {state.Offset}, and lacks {differs}; the log makes {expected.Count}.");
        foreach (var (seen, truth) in state.Entries.Zip(expected))
        {
            var value = StateSelection.Of(truth.Value, fields);
            Require(
                seen.Version == truth.Version && IsSame(seen.Value, value),
                $"{client} has put together {seen.Key} as {Text(seen.Value)} in version {seen.Version}; the log makes it {Text(value)} in version {truth.Version}.");
        }
    }

    private IReadOnlyList<string> FieldsOf(LinkView link) => Seen.Plan.State!.FieldsOf(link.Link.Label);

    private void Tell(LinkView link, long offset)
    {
        var view = ViewOf(link);
        Require(view.Snapshot is null, $"{link.Name} was told of {offset} before all of the state as of {view.Snapshot}.");
        Require(offset == view.Told + 1, $"{link.Name} was told of offset {offset} of {Channel!.Name} after {view.Told}.");
        view.Told = offset;
    }

    private StateDocument Before(TrueEvent durable) => Seen.States.At(durable.Life, durable.Event.Offset - 1)!;

    private View ViewOf(LinkView link)
    {
        Require(_views.ContainsKey(link.Link.Number), $"{link.Name} was sent a part of a state that it does not follow.");
        return _views[link.Link.Number];
    }

    /// <summary>A patch that is applied leaves the members of an object in another order than the rules do.</summary>
    internal static bool IsSame(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other)
    {
        if (one.IsEmpty || other.IsEmpty || one.Span.SequenceEqual(other.Span))
            return one.Span.SequenceEqual(other.Span);

        using var first = JsonDocument.Parse(one);
        using var second = JsonDocument.Parse(other);
        return JsonElement.DeepEquals(first.RootElement, second.RootElement);
    }

    private static string Text(ReadOnlyMemory<byte> json) => json.IsEmpty ? "absent" : Encoding.UTF8.GetString(json.Span);

    /// <summary>What one connection was told.</summary>
    private sealed class View(long told, long? snapshot, string? lastKey)
    {
        /// <summary>Everything up to this offset.</summary>
        public long Told { get; set; } = told;

        /// <summary>As of which offset parts are to come; null: none.</summary>
        public long? Snapshot { get; set; } = snapshot;

        public string? LastKey { get; set; } = lastKey;
    }
}
