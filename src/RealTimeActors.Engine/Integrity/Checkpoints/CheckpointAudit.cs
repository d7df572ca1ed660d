using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>
/// Goes over the stored checkpoints, row by row in order: each is chained to the one before and stands for the heads that are stored with it. What they say of the logs is there afterwards, for
/// <see cref="LogVerifier"/>. Signatures are checked one by one, by whoever has the keys, and the time for it.
/// </summary>
public sealed class CheckpointAudit
{
    private readonly Dictionary<string, LogPoints> _points = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _channels = new(StringComparer.Ordinal);
    private readonly List<Checkpoint> _stored = [];
    private readonly Snapshot? _snapshot;
    private readonly long _trim;

    /// <summary>The heads after the newest row; null: what came before the first row that is left is not known, until the snapshot is reached.</summary>
    private CheckpointState? _state;
    private byte[]? _previousHash;

    /// <summary>An audit of the stream of checkpoints.</summary>
    /// <param name="trim">The checkpoints up to here were let go.</param>
    /// <param name="snapshot">The stream's snapshot; null: there is none.</param>
    public CheckpointAudit(long trim, Snapshot? snapshot)
    {
        (_trim, _snapshot) = (trim, snapshot);
        _state = trim == 0 ? new CheckpointState() : null;
        _previousHash = trim == 0 ? new byte[EventHash.Bytes] : null;
    }

    /// <summary>The name of the stream that holds checkpoints.</summary>
    public static string Stream => CheckpointFormat.Stream;

    /// <summary>All that are left, in order.</summary>
    public IReadOnlyList<Checkpoint> Stored => _stored;

    /// <summary>The newest that is stored; null: none.</summary>
    public Checkpoint? Latest => _stored.Count == 0 ? null : _stored[^1];

    /// <summary>The channels of which checkpoints know, by name.</summary>
    public IReadOnlyCollection<string> Channels => _channels;

    /// <summary>What checkpoints say of a channel's log.</summary>
    public LogPoints PointsOf(string channel) => _points.GetValueOrDefault(channel, LogPoints.None);

    /// <summary>Takes the next row.</summary>
    /// <returns>What is wrong; null: nothing. After a fault nothing more can be said about the rows behind it.</returns>
    public LogFault? Accept(JournalRow row, bool isIntact)
    {
        ArgumentNullException.ThrowIfNull(row);
        var expected = (Latest?.Number ?? _trim) + 1;
        if (Latest is null ? row.First > expected : row.First != expected)
            return Fault(expected, $"checkpoint {expected} is expected; {row.First} comes");

        if (row.Count < 1 || row.Count > row.Payload.Length)
            return Fault(expected, $"a row of {row.Payload.Length} bytes is said to hold {row.Count} checkpoints");

        CheckpointMade[] made;
        try
        {
            made = CheckpointFormat.ReadRow(row);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            return Fault(row.First, $"the row cannot be read: {unreadable.Message}");
        }

        for (var i = 0; i < made.Length; i++)
        {
            if (FaultOf(made[i], row.First + i) is { } fault)
                return Fault(row.First + i, fault);

            _stored.Add(made[i].Checkpoint);
            _previousHash = made[i].Checkpoint.Hash();
        }

        return isIntact ? null : Fault(row.First, "the row does not match its checksum, in something that no hash covers");
    }

    /// <summary>What the stream says of its end, after its last row.</summary>
    public LogFault? Finish(long last)
    {
        foreach (var channel in _channels)
            _points[channel].Sort();

        var end = Latest?.Number ?? _trim;
        return last > end || last < Latest?.Number ? Fault(Math.Min(last, end) + 1, $"checkpoints are expected up to {last}; they end at {end}") : null;
    }

    /// <summary>Holds a checkpoint against the store that was kept outside of it. Before <see cref="Finish"/>.</summary>
    /// <param name="outside">The checkpoint; its signature was checked.</param>
    /// <param name="heads">What it stands for; null: that was not kept.</param>
    public LogFault? Hold(Checkpoint outside, IReadOnlyList<CheckpointHead>? heads)
    {
        ArgumentNullException.ThrowIfNull(outside);
        if (heads is not null)
        {
            var root = new byte[EventHash.Bytes];
            MerkleTree.Root(CheckpointHead.Leaves(heads), root);
            if (!outside.Root.Span.SequenceEqual(root) || heads.Count != outside.Channels)
                return Fault(outside.Number, "the heads in the file are not those that its checkpoint signed: take another copy of it");

            foreach (var head in heads)
                Add(head, $"the checkpoint {outside.Number} from outside");
        }

        if (_stored.Find(stored => stored.Number == outside.Number) is { } same)
        {
            return same.Hash().AsSpan().SequenceEqual(outside.Hash())
                ? null
                : Fault(outside.Number, $"another checkpoint {outside.Number} was made in this store than the one from outside: it was put back to an older copy before that, and went on");
        }

        return outside.Number > (Latest?.Number ?? 0)
            ? Fault((Latest?.Number ?? 0) + 1, $"the checkpoint from outside is number {outside.Number} of {Time(outside.TimeUnixMs)}, and this store ends at number {Latest?.Number ?? 0}: "
                + $"it was put back to an older copy, or cut{(heads is null ? ". A checkpoint that was kept with its heads would say which events are missing" : "")}")
            : null;
    }

    private static string Time(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("u", System.Globalization.CultureInfo.InvariantCulture);

    private string? FaultOf(CheckpointMade made, long number)
    {
        var checkpoint = made.Checkpoint;
        if (checkpoint.Number != number)
            return $"its number is {checkpoint.Number}";

        if (_previousHash is { } previous && !checkpoint.Previous.Span.SequenceEqual(previous))
            return $"it names {Convert.ToHexStringLower(checkpoint.Previous.Span)} as the hash of the checkpoint before; that is {Convert.ToHexStringLower(previous)}";

        if (checkpoint.TimeUnixMs < (Latest?.TimeUnixMs ?? 0))
            return "its time is before that of the checkpoint before";

        var root = new byte[EventHash.Bytes];
        MerkleTree.Root(CheckpointHead.Leaves(made.Moved), root);
        if (made.Moved.Count != checkpoint.Moved || !checkpoint.MovedRoot.Span.SequenceEqual(root))
            return "the heads that are stored with it are not those that it signed";

        foreach (var head in made.Moved)
            Add(head, $"checkpoint {number}");

        return FaultOfHeads(made);
    }

    private string? FaultOfHeads(CheckpointMade made)
    {
        _state?.Heads.Move(made.Moved, made.Checkpoint.Number);
        if (_snapshot is { } snapshot && snapshot.Sequence == made.Checkpoint.Number)
        {
            if (ReadSnapshot(snapshot) is not { } state)
                return "the snapshot of the heads cannot be read";

            if (Contradicts(state.Heads, made.Checkpoint))
                return "the heads in the snapshot are not those that it signed";

            foreach (var head in state.Heads.Heads)
                Add(head, $"checkpoint {made.Checkpoint.Number}");

            _state ??= state;
        }

        return _state is not null && Contradicts(_state.Heads, made.Checkpoint)
            ? $"the heads of all {_state.Heads.Count} channels that are stored up to it are not the {made.Checkpoint.Channels} that it signed"
            : null;
    }

    private static bool Contradicts(HeadTree heads, Checkpoint checkpoint) =>
        heads.Count != checkpoint.Channels || !checkpoint.Root.Span.SequenceEqual(heads.Root());

    private static CheckpointState? ReadSnapshot(Snapshot snapshot)
    {
        try
        {
            return CheckpointFormat.ReadSnapshot(snapshot.Payload);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            return null;
        }
    }

    private void Add(CheckpointHead head, string source)
    {
        if (!_points.TryGetValue(head.Channel, out var points))
        {
            _points.Add(head.Channel, points = new LogPoints());
            _channels.Add(head.Channel);
        }

        points.Add(head, source);
    }

    private static LogFault Fault(long number, string what) => new(CheckpointFormat.Stream, number, what);
}
