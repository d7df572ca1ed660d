using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>Reads one checkpoint out of the journal. Answers once and stops.</summary>
internal sealed class StoredCheckpointQuery(IJournal journal, CheckpointCommand.Show command) : Actor<object>
{
    private static readonly TimeSpan _within = TimeSpan.FromSeconds(5);
    private static readonly object _timeIsUp = new();
    private bool _isAnswered;

    protected override void OnStart()
    {
        Context.StartTimer(_timeIsUp, _within, _timeIsUp);
        journal.Read(new StreamId(CheckpointFormat.Stream), Math.Max(1, command.Number), 1, int.MaxValue, null, Self);
    }

    protected override void OnStop()
    {
        if (!_isAnswered)
            command.ReplyTo.Tell(CheckpointReply.Refused.HasEnded);
    }

    protected override void Receive(object message)
    {
        _isAnswered = true;
        command.ReplyTo.Tell(message switch
        {
            JournalReply.RowsRead read => new CheckpointReply.Shown(read.Rows.SelectMany(CheckpointFormat.ReadRow).Select(made => made.Checkpoint).FirstOrDefault(made => made.Number == command.Number), null),
            JournalReply.ReadFailed failed => new CheckpointReply.Refused(ErrorCode.Overloaded, $"The checkpoint cannot be read just now: {failed.Message}"),
            _ => new CheckpointReply.Refused(ErrorCode.Timeout, $"The checkpoint could not be read within {_within.TotalSeconds} s; ask again."),
        });
        Context.Stop(Self);
    }
}
