using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>Answers one question from the journal, once, and stops: also when that takes too long, or when it is ended before.</summary>
/// <param name="replyTo">Who asks.</param>
/// <param name="unmet">What a refusal says first: what could not be done.</param>
internal abstract class CheckpointQuery(IActorRef<CheckpointReply> replyTo, string unmet) : Actor<object>
{
    private static readonly TimeSpan _within = TimeSpan.FromSeconds(5);
    private static readonly object _timeIsUp = new();
    private bool _isAnswered;

    protected sealed override void OnStart()
    {
        Context.StartTimer(_timeIsUp, _within, _timeIsUp);
        Begin();
    }

    protected sealed override void OnStop()
    {
        if (!_isAnswered)
            replyTo.Tell(CheckpointReply.Refused.HasEnded);
    }

    protected sealed override void Receive(object message)
    {
        switch (message)
        {
            case JournalReply.RowsRead rows:
                OnRows(rows);
                break;
            case JournalReply.ReadFailed failed:
                Finish(new CheckpointReply.Refused(ErrorCode.Overloaded, $"{unmet}: the log cannot be read just now: {failed.Message}"));
                break;
            case var late when ReferenceEquals(late, _timeIsUp):
                Finish(new CheckpointReply.Refused(ErrorCode.Timeout, $"{unmet} within {_within.TotalSeconds} s; ask again."));
                break;
            default:
                OnOther(message);
                break;
        }
    }

    /// <summary>Reads what it needs first.</summary>
    protected abstract void Begin();

    protected abstract void OnRows(JournalReply.RowsRead read);

    /// <summary>What others than the journal answer.</summary>
    protected virtual void OnOther(object message)
    {
    }

    protected void Finish(CheckpointReply reply)
    {
        _isAnswered = true;
        replyTo.Tell(reply);
        Context.Stop(Self);
    }
}
