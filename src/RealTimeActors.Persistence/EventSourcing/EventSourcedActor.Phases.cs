using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.EventSourcing;

public abstract partial class EventSourcedActor<TCommand, TEvent, TState>
{
    private abstract class Phase(EventSourcedActor<TCommand, TEvent, TState> actor)
    {
        protected EventSourcedActor<TCommand, TEvent, TState> Actor { get; } = actor;

        internal void Receive(object message)
        {
            switch (message)
            {
                case TCommand command:
                    OnCommand(command);
                    break;
                case JournalReply reply:
                    OnReply(reply);
                    break;
                default:
                    OnOther(message);
                    break;
            }
        }

        protected virtual void OnCommand(TCommand command) => Actor.Context.Stash(command);

        protected virtual void OnOther(object message) => Actor.Context.Stash(message);

        protected abstract void OnReply(JournalReply reply);
    }

    /// <summary>Before the first of three, again: the journal could not be read just now.</summary>
    private sealed class WaitingPhase(EventSourcedActor<TCommand, TEvent, TState> actor) : Phase(actor)
    {
        protected override void OnReply(JournalReply reply)
        {
            // It answers a call of the recovery that failed.
        }

        protected override void OnOther(object message)
        {
            if (ReferenceEquals(message, _recoverAgain))
                Actor.Recover();
            else
                base.OnOther(message);
        }
    }

    /// <summary>First of three: the newest snapshot and the bounds of the stream are on their way; commands wait in the stash.</summary>
    private sealed class LoadingPhase(EventSourcedActor<TCommand, TEvent, TState> actor) : Phase(actor)
    {
        protected override void OnReply(JournalReply reply)
        {
            // Anything else answers a call of the life before this recovery: replies about one stream arrive in order.
            switch (reply)
            {
                case JournalReply.Loaded loaded:
                    OnLoaded(loaded);
                    break;
                case JournalReply.ReadFailed(_, var fault, var message, null):
                    Actor.OnRecoveryFailed(fault, message);
                    break;
            }
        }

        private void OnLoaded(JournalReply.Loaded loaded)
        {
            Actor.State = loaded.Snapshot is { } snapshot ? Actor.ReadSnapshot(snapshot.Payload, loaded) : Actor.CreateState(loaded);
            Actor._snapshotTaken = Actor.SnapshotSequence = loaded.Snapshot?.Sequence ?? 0;
            Actor._phase = new ReplayingPhase(Actor, loaded.Last);
            ((ReplayingPhase)Actor._phase).Begin(Math.Max(Actor.SnapshotSequence, loaded.Trim));
        }
    }

    /// <summary>Second of three: the events after the snapshot are read and applied; commands wait in the stash.</summary>
    private sealed class ReplayingPhase(EventSourcedActor<TCommand, TEvent, TState> actor, long last) : Phase(actor)
    {
        private long _applied;

        internal void Begin(long applied)
        {
            _applied = applied;
            ReadOnOrRun();
        }

        protected override void OnReply(JournalReply reply)
        {
            // A read of the life before this recovery may be answered late: only what this phase asked for counts.
            switch (reply)
            {
                case JournalReply.RowsRead { Tag: ReplayingPhase asked } read when asked == this:
                    OnRows(read);
                    break;
                case JournalReply.ReadFailed { Tag: ReplayingPhase asked } failed when asked == this:
                    Actor.OnRecoveryFailed(failed.Fault, failed.Message);
                    break;
            }
        }

        private void OnRows(JournalReply.RowsRead read)
        {
            foreach (var row in read.Rows)
            {
                if (row.First > _applied + 1)
                {
                    throw new JournalUnavailableException(
                        $"Stream {Actor.Stream} has a hole: after sequence {_applied} comes {row.First}. The file is damaged; restore it from a backup.");
                }

                // The snapshot, or the trim point, may end inside a row.
                var events = Actor.ReadRow(row);
                for (var i = (int)Math.Max(0, _applied + 1 - row.First); i < events.Count; i++)
                    Actor.Apply(Actor.State, events[i]);

                _applied = Math.Max(_applied, row.Last);
            }

            if (read.Rows.Count == 0 && _applied < last)
                throw new JournalUnavailableException($"Stream {Actor.Stream} ends at sequence {_applied}, but the journal says {last}. Restore it from a backup.");

            ReadOnOrRun();
        }

        private void ReadOnOrRun()
        {
            if (_applied < last)
                Actor._journal.Read(Actor.Stream, _applied + 1, Actor._options.ReplayEventsMax, int.MaxValue, this, Actor.Self);
            else
                Run();
        }

        private void Run()
        {
            Actor._appended = _applied;
            Actor.CommittedSequence = _applied;
            Actor._phase = new RunningPhase(Actor);
            Actor.OnRecovered();
            Actor.Context.UnstashAll();
        }
    }

    /// <summary>Third of three: commands are decided, rows are under way, what is on disk is told.</summary>
    private sealed class RunningPhase(EventSourcedActor<TCommand, TEvent, TState> actor) : Phase(actor)
    {
        protected override void OnCommand(TCommand command) => Actor.OnCommand(command);

        protected override void OnOther(object message) => Actor.OnOther(message);

        protected override void OnReply(JournalReply reply)
        {
            switch (reply)
            {
                case JournalReply.Appended appended:
                    OnAppended(appended);
                    break;
                case JournalReply.AppendFailed(_, _, var fault, var message):
                    OnLost(isUnknown: false, fault, message);
                    break;
                case JournalReply.AppendUnknown(_, _, var message):
                    OnLost(isUnknown: true, fault: null, message);
                    break;
                case JournalReply.SnapshotSaved saved:
                    Actor.SnapshotSequence = Math.Max(Actor.SnapshotSequence, saved.Sequence);
                    Actor.OnJournalReply(saved);
                    break;
                default:
                    Actor.OnJournalReply(reply);
                    break;
            }
        }

        private void OnAppended(JournalReply.Appended appended)
        {
            JournalRow? row = null;
            if (Actor._pipeline is not { } pipeline || !pipeline.RowsInFlight.TryDequeue(out row) || row.Last != appended.Last)
                throw new InvalidOperationException($"Stream {Actor.Stream}: the journal confirmed sequence {appended.Last}, but {row?.Last} was under way.");

            var events = new TEvent[row.Count];
            for (var i = 0; i < events.Length; i++)
                events[i] = pipeline.Undecided.Dequeue();

            Actor.CommittedSequence = row.Last;
            Actor.SaveSnapshotIfTrue();
            Actor.OnCommitted(events);
        }

        private void OnLost(bool isUnknown, JournalFault? fault, string message)
        {
            var events = Actor._pipeline?.Undecided.ToArray() ?? [];
            Actor.Recover();
            Actor.OnLost(events, isUnknown, fault, message);
        }
    }
}
