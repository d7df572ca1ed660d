using RealTimeActors.Engine.Integrity;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Journals.Memory;
using RealTimeActors.Protocol.Integrity;
using RealTimeActors.TestKit.Integrity;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>
/// Every checkpoint that was ever signed and stored is true of the log, names the one before it, and is there after each crash; what is shown of them is on the disk; a proof proves what the log has; and at
/// rest the newest covers all there is. Whoever kept one from before a backup was restored can tell.
/// </summary>
internal sealed class Proof : Checker
{
    private readonly SortedDictionary<long, Checkpoint> _known = [];

    /// <summary>Those that were stored up to here are known.</summary>
    private long _lookedTo;

    private MemoryStreams Streams => Seen.Node.Disk.Streams;

    /// <summary>Something is let go, maybe checkpoints: an edge that stands still may show one long after that.</summary>
    public void OnTrimming()
    {
        var stream = new StreamId(CheckpointAudit.Stream);
        var last = Streams.LastOf(stream);
        if (last == _lookedTo)
            return;

        foreach (var made in RowsOf(stream, _lookedTo).SelectMany(CheckpointFormat.ReadRow))
            _known[made.Checkpoint.Number] = made.Checkpoint;

        _lookedTo = last;
    }

    public override void OnCrash() => Audit(isLast: false);

    public override void OnRestored()
    {
        var newest = _known.Count == 0 ? null : _known.Last().Value;
        _known.Clear();
        _lookedTo = 0;
        var audit = Audit(isLast: false);
        if (newest is null || audit is null || newest.Number <= (audit.Latest?.Number ?? 0))
            return;

        Seen.Sometimes.Count("a checkpoint shows that a backup was restored");
        Require(audit.Hold(newest, null) is not null, $"Checkpoint {newest.Number} was kept, the store was put back to number {audit.Latest?.Number}, and the audit is content.");
    }

    public override void AtRest()
    {
        if (Audit(isLast: true) is not { } audit)
            return;

        foreach (var stream in ((JournalReply.Listed)Streams.List(LogVerifier.Streams, "", int.MaxValue)).Streams)
        {
            var points = audit.PointsOf(stream.Stream.Value[LogVerifier.Streams.Length..]);
            var verifier = new LogVerifier(stream.Stream, stream.Trim, points);
            foreach (var row in RowsOf(stream.Stream, stream.Trim))
                Require(verifier.Accept(row, isIntact: true));

            Require(verifier.Finish(stream.Last));
            Require(points.Newest?.Offset == stream.Last, $"{verifier.Channel} ends at {stream.Last}, nothing moves, and the newest checkpoint covers it up to {points.Newest?.Offset}.");
        }
    }

    /// <summary>A checkpoint or a proof was asked for.</summary>
    public void OnShown(CheckpointReply reply)
    {
        switch (reply)
        {
            case CheckpointReply.Shown { Checkpoint: { } shown, Heads: var heads }:
                Seen.Sometimes.Count("a checkpoint is shown");
                OnCheckpoint(shown, heads);
                break;
            case CheckpointReply.Proven { Proof: var proof }:
                Seen.Sometimes.Count(proof.Inclusion is null ? "an event is proven to be in the log" : "an event is proven to be in a checkpoint");
                OnProof(proof);
                break;
            case CheckpointReply.Refused refused:
                Seen.Sometimes.Count($"a proof is refused ({refused.Code})");
                break;
        }
    }

    private void OnCheckpoint(Checkpoint shown, IReadOnlyList<CheckpointHead>? heads)
    {
        var onDisk = RowsOf(new StreamId(CheckpointAudit.Stream), shown.Number - 1).SelectMany(CheckpointFormat.ReadRow).FirstOrDefault(made => made.Checkpoint.Number == shown.Number)?.Checkpoint;
        var stored = onDisk ?? _known.GetValueOrDefault(shown.Number);
        Require(stored?.Hash().AsSpan().SequenceEqual(shown.Hash()) == true, $"Checkpoint {shown.Number} was shown, and is not on the disk and never was, or is another one there.");
        if (onDisk is null)
            Seen.Sometimes.Count("a checkpoint is shown that was let go meanwhile");

        Require(SimulatedSigner.Verifies(shown), $"Checkpoint {shown.Number} was shown, and its signature is not right.");
        if (heads is null)
            return;

        var root = new byte[EventHash.Bytes];
        MerkleTree.Root(CheckpointHead.Leaves(heads), root);
        Require(shown.Root.Span.SequenceEqual(root) && shown.Channels == heads.Count, $"Checkpoint {shown.Number} was shown with {heads.Count} heads that are not those it signed.");
    }

    private void OnProof(EventProof proof)
    {
        // The simulated signature has no key: that is the last that a verifier asks for, when everything else fits.
        var fault = ProofVerifier.Verify(proof, key: null).Fault;
        var isRight = proof.Inclusion is { } inclusion
            ? fault?.StartsWith("the key of the server is needed", StringComparison.Ordinal) == true && SimulatedSigner.Verifies(inclusion.Checkpoint)
            : fault is null;
        Require(isRight, $"The proof of offset {proof.Event.Offset} of {proof.Event.Channel} does not hold: {fault}");
        var durable = Seen.Truth.Find(proof.Event.Channel, proof.Event.Offset);
        Require(
            durable?.Event.Hash.Span.SequenceEqual(proof.Event.Hash.Span) == true && durable.WrittenIn == proof.Epoch,
            $"Offset {proof.Event.Offset} of {proof.Event.Channel} was proven to be another event than the log has.");
    }

    /// <summary>Goes over all that are stored, as the command line does, and holds each head against the log and each checkpoint against what it was before.</summary>
    private CheckpointAudit? Audit(bool isLast)
    {
        if (!Seen.Plan.Signs)
            return null;

        var stream = new StreamId(CheckpointAudit.Stream);
        var loaded = (JournalReply.Loaded)Streams.Load(stream);
        var audit = new CheckpointAudit(loaded.Trim, loaded.Snapshot);
        foreach (var row in RowsOf(stream, loaded.Trim))
        {
            Require(audit.Accept(row, isIntact: true));
            foreach (var made in CheckpointFormat.ReadRow(row))
                Check(made);
        }

        foreach (var known in _known.Values)
            Require(audit.Hold(known, null));

        foreach (var stored in audit.Stored)
            _known[stored.Number] = stored;

        if (isLast)
            Require(audit.Finish(loaded.Last));

        return audit;
    }

    private void Check(CheckpointMade made)
    {
        Seen.Sometimes.Count("a checkpoint is held against the log");
        Require(SimulatedSigner.Verifies(made.Checkpoint), $"The signature of checkpoint {made.Checkpoint.Number} is not right.");
        foreach (var head in made.Moved)
        {
            var events = Enumerable.Range(0, (int)head.Count).Select(i => Seen.Truth.Find(head.Channel, head.From + i)).ToList();
            var newest = events.Count == 0 ? null : events[^1];
            Require(
                events.TrueForAll(e => e is not null) && newest?.Event.Hash.Span.SequenceEqual(head.Hash.Span) == true && newest.WrittenIn == head.Epoch,
                $"Checkpoint {made.Checkpoint.Number} says that {head.Channel} stands at {head.Offset} of {head.Epoch}, after {head.From}; the log has another event there, or none.");

            var root = new byte[EventHash.Bytes];
            MerkleTree.Root([.. events.SelectMany(e => e!.Event.Hash.ToArray())], root);
            Require(root.AsSpan().SequenceEqual(head.EventsRoot.Span), $"Checkpoint {made.Checkpoint.Number} signed other events {head.From} to {head.Offset} of {head.Channel} than the log has.");
        }
    }

    private IReadOnlyList<JournalRow> RowsOf(StreamId stream, long after) => ((JournalReply.RowsRead)Streams.Read(stream, after + 1, int.MaxValue, int.MaxValue, null)).Rows;

    private void Require(LogFault? fault)
    {
        if (fault is not null)
            Fail($"{fault.Channel} at {fault.Offset}: {fault.What}.");
    }
}
