using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>Reads one checkpoint out of the journal.</summary>
internal sealed class StoredCheckpointQuery(IJournal journal, CheckpointCommand.Show command) : CheckpointQuery(command.ReplyTo, "The checkpoint could not be read")
{
    protected override void Begin() => journal.Read(new StreamId(CheckpointFormat.Stream), Math.Max(1, command.Number), 1, int.MaxValue, null, Self);

    protected override void OnRows(JournalReply.RowsRead read) =>
        Finish(new CheckpointReply.Shown(read.Rows.SelectMany(CheckpointFormat.ReadRow).Select(made => made.Checkpoint).FirstOrDefault(made => made.Number == command.Number), null));
}
