using RealTimeActors.Engine.Channels;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Journals.Memory;
using RealTimeActors.Simulation.Workloads;
using RealTimeActors.TestKit.Journals;

namespace RealTimeActors.Simulation;

/// <summary>What the disk holds, read past the engine: the truth that everything else is measured by. Remembers what retention has let go.</summary>
internal sealed class LogTruth(SimulatedDisk disk, IReadOnlyList<ChannelPlan> channels)
{
    private readonly SortedDictionary<(int Life, string Channel), List<TrueEvent>> _logs = [];

    /// <summary>Those of the present life. Everybody asks all the time, and nearly always nothing has changed.</summary>
    private readonly Dictionary<string, PresentLog> _present = new(StringComparer.Ordinal);

    /// <summary>Which life of the store it is: restoring a backup begins another.</summary>
    public int Life { get; private set; }

    /// <summary>An event has become durable, in order within its channel.</summary>
    public Action<TrueEvent>? OnDurable { get; set; }

    /// <summary>What was durable is not there any more, or is different: says what.</summary>
    public Action<string>? OnBroken { get; set; }

    /// <summary>The newest durable offset.</summary>
    public long Head(string channel) => Refresh(channel).Count;

    /// <summary>All durable events of the present life: offset n is at n - 1. For whoever looks at many of them at one moment.</summary>
    public IReadOnlyList<TrueEvent> Present(string channel) => Refresh(channel);

    /// <summary>The durable event of the present life, or null.</summary>
    public TrueEvent? Find(string channel, long offset) => At(Refresh(channel), offset);

    /// <summary>The same in a given life.</summary>
    public TrueEvent? Find(int life, string channel, long offset)
    {
        var present = Refresh(channel);
        return life == Life ? At(present, offset) : _logs.TryGetValue((life, channel), out var log) ? At(log, offset) : null;
    }

    /// <summary>Its predecessor in the same log, or null.</summary>
    public TrueEvent? Before(TrueEvent durable) =>
        _logs.TryGetValue((durable.Life, durable.Event.Channel), out var log) ? At(log, durable.Event.Offset - 1) : null;

    /// <summary>Every event that was ever durable, of all lives.</summary>
    public IEnumerable<TrueEvent> All => _logs.Values.SelectMany(log => log);

    /// <summary>Looks at everything that came to the disk.</summary>
    public void Refresh()
    {
        foreach (var channel in channels)
        {
            if (channel.IsDurable)
                Refresh(channel.Name);
        }
    }

    /// <summary>A backup was restored: the logs go on in another life.</summary>
    public void BeginLife()
    {
        Life++;
        _present.Clear();
        Refresh();
    }

    private static TrueEvent? At(List<TrueEvent> log, long offset) => offset >= 1 && offset <= log.Count ? log[(int)offset - 1] : null;

    private PresentLog Log(string channel)
    {
        if (_present.TryGetValue(channel, out var present))
            return present;

        if (!_logs.TryGetValue((Life, channel), out var log))
            _logs.Add((Life, channel), log = []);

        _present.Add(channel, present = new PresentLog(new StreamId($"channel/{channel}"), log));
        return present;
    }

    /// <summary>The log of the life of which the copy was made that was put back: not always the last one.</summary>
    private List<TrueEvent>? LifeBefore(string channel, StoredEvent stored)
    {
        for (var life = Life - 1; life >= 0; life--)
        {
            if (_logs.TryGetValue((life, channel), out var log) && At(log, stored.Event.Offset)?.Event.Hash.Span.SequenceEqual(stored.Event.Hash.Span) == true)
                return log;
        }

        return null;
    }

    private List<TrueEvent> Refresh(string channel)
    {
        var present = Log(channel);
        var (stream, log, streams) = (present.Stream, present.Log, disk.Streams);
        if (ReferenceEquals(present.LookedAt, streams) && present.LookedAtChange == streams.Changes)
            return log;

        var changes = streams.Changes;
        var last = streams.LastOf(stream);
        if (last < log.Count)
            OnBroken?.Invoke($"{channel} ended at {log.Count} and now ends at {last}, without a restore.");

        if (last <= log.Count)
            return Looked();

        var from = log.Count + 1;
        var rows = ((JournalReply.RowsRead)streams.Read(stream, from, int.MaxValue, int.MaxValue, null)).Rows;
        foreach (var row in rows)
        {
            foreach (var stored in ChannelFormat.ReadRow(channel, row, out var writtenIn))
                Add(log, channel, stored, writtenIn);
        }

        if (log.Count != last)
            OnBroken?.Invoke($"{channel} ends at {last}, but only its first {log.Count} offsets could be followed.");

        return Looked();

        List<TrueEvent> Looked()
        {
            (present.LookedAt, present.LookedAtChange) = (streams, changes);
            return log;
        }
    }

    private void Add(List<TrueEvent> log, string channel, StoredEvent stored, string writtenIn)
    {
        var offset = stored.Event.Offset;

        // In a restored log the oldest entries may be gone before anybody looked. The hash binds what came before it.
        if (log.Count == 0 && offset > 1 && LifeBefore(channel, stored) is { } former)
        {
            foreach (var earlier in former.Take((int)offset - 1))
                Add(log, earlier with { Life = Life });
        }

        if (offset <= log.Count)
            return;

        if (offset != log.Count + 1)
            OnBroken?.Invoke($"{channel} has a hole: after {log.Count} comes {offset}.");

        Add(log, new TrueEvent(Life, writtenIn, stored));
    }

    private void Add(List<TrueEvent> log, TrueEvent durable)
    {
        log.Add(durable);
        OnDurable?.Invoke(durable);
    }

    private sealed class PresentLog(StreamId stream, List<TrueEvent> log)
    {
        public StreamId Stream { get; } = stream;

        public List<TrueEvent> Log { get; } = log;

        /// <summary>What was looked at last: as long as nothing has changed there, there is nothing new.</summary>
        public MemoryStreams? LookedAt { get; set; }

        public long LookedAtChange { get; set; }
    }
}
