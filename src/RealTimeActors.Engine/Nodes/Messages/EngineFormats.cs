using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Integrity;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Engine.Nodes.Messages;

/// <summary>Types of ours that are no plain records, between nodes.</summary>
internal static class EngineFormats
{
    private const byte NewRun = 0;
    private const byte SameRun = 1;
    private const byte NoRun = 2;

    internal static IEnumerable<(Type Type, IMessageFormat Format)> All(MessageFormats formats)
    {
        // Names come from nodes that have checked them; a damaged one is a damaged message all the same.
        yield return Of<ChannelName>("channel", static (to, name, _) => to.Text(name.Value), static (ref from, _) =>
            ChannelName.TryParse(from.Text(), out var name, out var error) ? name : throw new InvalidDataException(error));
        yield return Of<ChannelPattern>("pattern", static (to, pattern, _) => to.Text(pattern?.Text), static (ref from, _) =>
            from.Text() is not { } text ? null! : ChannelPattern.TryParse(text, out var pattern, out var error) ? pattern : throw new InvalidDataException(error));
        yield return Of<StateDocument>("state", WriteState, ReadState);

        // Formats that hold others say so in their shape: where those change, this one does.
        var (events, watched) = (formats.Of<IReadOnlyList<ChannelEvent>>(), formats.Of<IReadOnlyList<Watched>>());
        yield return Of<EventRun>($"run({events.Shape},{watched.Shape})", (to, run, table) => WriteRun(to, run, table, events, watched), (ref from, table) => ReadRun(ref from, table, events, watched));
        var (changes, members) = (formats.Of<PresenceChanges>(), formats.Of<IReadOnlyList<Member>>());
        yield return Of<PresenceNews>($"news({changes.Shape},{members.Shape})", (to, news, table) => WriteNews(to, news, table, changes, members), (ref from, table) => ReadNews(ref from, table, changes, members));
        yield return Of<ProvenField>("field(name,value,salt|commitment)", static (to, field, _) =>
        {
            to.Text(field.Name);
            to.Text(field.Value);
            to.Bytes(field.IsShown ? field.Salt.Span : field.Commitment());
        }, static (ref from, _) => from.Text() is { } name ? ProvenField.Shown(name, from.Text() ?? "", from.Bytes()) : ReadHidden(ref from));
    }

    private static ProvenField ReadHidden(ref PayloadReader from)
    {
        _ = from.Text();
        return ProvenField.Hidden(from.Bytes());
    }

    private static (Type Type, IMessageFormat Format) Of<T>(string shape, WriteMessage<T> write, ReadMessage<T> read) => (typeof(T), new MessageFormat<T>(shape, write, read));

    private static void WriteState(PayloadWriter to, StateDocument? state, ILinkTable table)
    {
        to.Byte(state is null ? (byte)0 : (byte)1);
        state?.Write(to);
    }

    private static StateDocument ReadState(ref PayloadReader from, ILinkTable table) => from.Byte() == 0 ? null! : StateDocument.Read(ref from);

    /// <summary>A run is told to each edge of a node, one right after the other: it goes over once, and they share it there as they would here.</summary>
    private static void WriteRun(PayloadWriter to, EventRun? run, ILinkTable table, MessageFormat<IReadOnlyList<ChannelEvent>> events, MessageFormat<IReadOnlyList<Watched>> watched)
    {
        if (run is null)
        {
            to.Byte(NoRun);
            return;
        }

        var isAgain = ReferenceEquals(table.LastWritten, run);
        to.Byte(isAgain ? SameRun : NewRun);
        if (isAgain)
            return;

        table.LastWritten = run;
        to.Text(run.Epoch);
        to.Varint(run.Formats);
        events.Write(to, run.Events, table);
        watched.Write(to, run.Watched, table);
    }

    private static EventRun ReadRun(ref PayloadReader from, ILinkTable table, MessageFormat<IReadOnlyList<ChannelEvent>> eventsOf, MessageFormat<IReadOnlyList<Watched>> watched)
    {
        switch (from.Byte())
        {
            case NoRun:
                return null!;
            case SameRun:
                return table.LastRead as EventRun ?? throw new InvalidDataException("The run that is meant again has not come before.");
        }

        var epoch = from.Text()!;
        var encodings = checked((int)from.Varint());
        var events = eventsOf.Read(ref from, table);
        if (events.Count == 0)
            throw new InvalidDataException("A run has one event at least.");

        var run = EventRun.Create(epoch, events, encodings, watched.Read(ref from, table));
        table.LastRead = run;
        return run;
    }

    /// <summary>What changed in a channel is told to each edge that shows it, one right after the other: as a run, it goes over to a node once.</summary>
    private static void WriteNews(PayloadWriter to, PresenceNews news, ILinkTable table, MessageFormat<PresenceChanges> changes, MessageFormat<IReadOnlyList<Member>> members)
    {
        var isAgain = ReferenceEquals(table.LastWritten, news);
        to.Byte(isAgain ? (byte)1 : (byte)0);
        if (isAgain)
            return;

        table.LastWritten = news;
        to.Varint(news.Count);
        changes.Write(to, news.Changes!, table);
        members.Write(to, news.Everybody!, table);
    }

    private static PresenceNews ReadNews(ref PayloadReader from, ILinkTable table, MessageFormat<PresenceChanges> changes, MessageFormat<IReadOnlyList<Member>> members)
    {
        if (from.Byte() == 1)
            return table.LastRead as PresenceNews ?? throw new InvalidDataException("The news that are meant again have not come before.");

        var news = new PresenceNews(from.Varint(), changes.Read(ref from, table), members.Read(ref from, table));
        table.LastRead = news;
        return news;
    }
}
