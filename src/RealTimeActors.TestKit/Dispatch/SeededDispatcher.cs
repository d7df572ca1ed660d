using RealTimeActors.Actors;
using RealTimeActors.Actors.Mailboxes;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.TestKit.Dispatch;

/// <summary>
/// One thread, one seed: which actor runs next, and for how many messages, is drawn. The same seed and the same tellings give the same run.
/// Several systems (the nodes of a cluster) may share one.
/// </summary>
public sealed class SeededDispatcher : IDispatcher
{
    private readonly List<SeededMailbox> _runnable = [];
    private readonly Xoshiro256 _chance;

    /// <summary>Systems that stand still, and those of their actors that would have something to do.</summary>
    private readonly List<(ActorSystem System, List<SeededMailbox> Waiting)> _standing = [];

    /// <summary>A dispatcher of that seed.</summary>
    /// <param name="seed">Gives the order.</param>
    /// <param name="messagesPerRunMax">The longest run that is drawn. Small by default, so that actors interleave finely.</param>
    public SeededDispatcher(ulong seed, int messagesPerRunMax = 8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(messagesPerRunMax, 1);
        _chance = new Xoshiro256(seed, "dispatcher");
        MessagesPerRunMax = messagesPerRunMax;
        Room = new object?[messagesPerRunMax];
    }

    /// <summary>The longest run.</summary>
    public int MessagesPerRunMax { get; }

    /// <summary>Runs so far.</summary>
    public long Runs { get; private set; }

    /// <summary>Called before each run: the actor, and how many messages it is given. For traces.</summary>
    public Action<ActorCell, int>? OnRun { get; set; }

    /// <summary>No actor has anything to do.</summary>
    public bool IsIdle => _runnable.Count == 0;

    /// <summary>Lets one actor run. False when none has anything to do.</summary>
    public bool Step()
    {
        if (IsIdle)
            return false;

        var index = _chance.Below(_runnable.Count);
        var mailbox = _runnable[index];
        _runnable[index] = _runnable[^1];
        _runnable.RemoveAt(_runnable.Count - 1);
        Runs++;
        mailbox.Run(1 + _chance.Below(MessagesPerRunMax));
        return true;
    }

    /// <summary>Lets actors run until none has anything to do; time stands still.</summary>
    /// <param name="runsMax">The bound: actors that keep each other busy for ever are a fault.</param>
    public void RunUntilIdle(long runsMax = 10_000_000)
    {
        for (var runs = 0L; Step(); runs++)
        {
            if (runs >= runsMax)
                throw new InvalidOperationException($"Expected the actors to come to rest within {runsMax} runs; {_runnable.Count} still have work.");
        }
    }

    /// <inheritdoc/>
    public Mailbox CreateMailbox(ActorCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return new SeededMailbox(cell, this);
    }

    /// <inheritdoc/>
    public IGate CreateGate() => OpenGate.Instance;

    /// <summary>From now on no actor of that system runs, as in a process that was stopped by a signal: what it is told waits, its clock goes on, and timers that fall due are taken when it goes on.</summary>
    public void Pause(ActorSystem system)
    {
        if (IsPaused(system))
            return;

        var waiting = _runnable.FindAll(mailbox => mailbox.System == system);
        _runnable.RemoveAll(mailbox => mailbox.System == system);
        _standing.Add((system, waiting));
    }

    /// <summary>The system goes on where it stood.</summary>
    public void Resume(ActorSystem system)
    {
        var place = _standing.FindIndex(standing => standing.System == system);
        if (place < 0)
            return;

        var waiting = _standing[place].Waiting;
        _standing.RemoveAt(place);
        _runnable.AddRange(waiting);
    }

    /// <summary>Whether it stands still.</summary>
    public bool IsPaused(ActorSystem system) => _standing.Exists(standing => standing.System == system);

    /// <summary>For the messages of the run that is under way: there is one at a time.</summary>
    internal object?[] Room { get; }

    internal void Schedule(SeededMailbox mailbox)
    {
        var place = _standing.Count == 0 ? -1 : _standing.FindIndex(standing => standing.System == mailbox.System);
        (place < 0 ? _runnable : _standing[place].Waiting).Add(mailbox);
    }
}
