using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Protocol.Frames;
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
        yield return Of<EventRun>("run", (to, run, table) => WriteRun(to, run, table, formats), (ref from, table) => ReadRun(ref from, table, formats));
    }

    private static (Type Type, IMessageFormat Format) Of<T>(string shape, WriteMessage<T> write, ReadMessage<T> read) => (typeof(T), new MessageFormat<T>(shape, write, read));

    private static void WriteState(PayloadWriter to, StateDocument? state, ILinkTable table)
    {
        to.Byte(state is null ? (byte)0 : (byte)1);
        state?.Write(to);
    }

    private static StateDocument ReadState(ref PayloadReader from, ILinkTable table) => from.Byte() == 0 ? null! : StateDocument.Read(ref from);

    /// <summary>A run is told to each edge of a node, one right after the other: it goes over once, and they share it there as they would here.</summary>
    private static void WriteRun(PayloadWriter to, EventRun? run, ILinkTable table, MessageFormats formats)
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
        formats.Of<IReadOnlyList<ChannelEvent>>().Write(to, run.Events, table);
        formats.Of<IReadOnlyList<Watched>>().Write(to, run.Watched, table);
    }

    private static EventRun ReadRun(ref PayloadReader from, ILinkTable table, MessageFormats formats)
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
        var events = formats.Of<IReadOnlyList<ChannelEvent>>().Read(ref from, table);
        if (events.Count == 0)
            throw new InvalidDataException("A run has one event at least.");

        var run = EventRun.Create(epoch, events, encodings, formats.Of<IReadOnlyList<Watched>>().Read(ref from, table));
        table.LastRead = run;
        return run;
    }
}
