using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Engine.Access;

/// <summary>
/// Has the last word on who asks for something over HTTP, also while the node that has the users is away: it asks them, and whoever they do not answer for is judged by the journal, which any node can read.
/// </summary>
/// <remarks>The journal is read after the request has come, and a revocation is in it before anybody is told that it holds: so nobody is let through whom the <see cref="RevocationsActor"/> would not have. What lasts longer
/// than a request (a connection, a stream) asks that actor itself when it begins (<see cref="RevocationGuard"/>), because who is put out a moment later is closed by its order, which no reading would be followed by.</remarks>
internal sealed class RequestJudge(IActorRef<UserCommand> users, IJournal journal, EngineOptions options) : Actor<object>
{
    /// <summary>Requests whose identity is not judged yet. One more is put off.</summary>
    private const int WaitingMax = 10_000;

    /// <summary>Where the users are there, their answer takes a few milliseconds.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(250);

    /// <summary>So long one reading serves whoever has to wait for the next one.</summary>
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(125);

    /// <summary>Whoever asked over HTTP has been answered by then.</summary>
    private static readonly TimeSpan _giveUpAfter = TimeSpan.FromSeconds(10);

    private static readonly object _lookDue = new();

    private readonly SortedDictionary<long, Waiting> _waiting = [];
    private IActorRef<object>? _reader;
    private int _beingRead;
    private int _readings;
    private long _last;
    private bool _isLooking;

    protected override void Receive(object message)
    {
        switch (message)
        {
            case UserCommand.Judge judge:
                OnJudge(judge);
                break;
            case AuthenticationReply { Tag: Waiting waiting } reply:
                OnReply(waiting, reply);
                break;
            case var due when ReferenceEquals(due, _lookDue):
                OnLook();
                break;
        }
    }

    /// <summary>The log could not be read to its end, as when it was shortened meanwhile: it is read again.</summary>
    protected override void OnSignal(Signal signal)
    {
        if (signal is not Signal.Terminated(var actor) || !ReferenceEquals(actor, _reader))
            return;

        EndReading();
        foreach (var waiting in _waiting.Values)
            waiting.IsBeingRead = false;
    }

    private void OnJudge(UserCommand.Judge judge)
    {
        if (_waiting.Count >= WaitingMax)
        {
            judge.ReplyTo.Tell(Unavailable(judge, $"{WaitingMax} requests wait for that already"));
            return;
        }

        var waiting = new Waiting(++_last, judge, Context.Time.GetTimestamp());
        _waiting.Add(waiting.Number, waiting);
        users.Tell(AskedFor(waiting));
        if (_isLooking)
            return;

        _isLooking = true;
        Context.StartPeriodicTimer(_lookDue, _look, _lookDue);
    }

    private void OnReply(Waiting waiting, AuthenticationReply reply)
    {
        if (!_waiting.ContainsKey(waiting.Number))
            return;

        if (reply is AuthenticationReply.Unavailable)
            waiting.IsRefused = true;
        else
            Answer(waiting, reply with { Tag = waiting.Judge.Accepted.Tag });
    }

    private void OnLook()
    {
        foreach (var late in _waiting.Values.TakeWhile(waiting => Context.Time.GetElapsedTime(waiting.Since) > _giveUpAfter).ToArray())
            Answer(late, Unavailable(late.Judge, "neither those who know nor the journal have answered"));

        if (_waiting.Count == 0)
        {
            _isLooking = false;
            Context.CancelTimer(_lookDue);
        }
        else if (_reader is null)
        {
            Read([.. _waiting.Values.Where(waiting => waiting.IsRefused || Context.Time.GetElapsedTime(waiting.Since) >= _patience)]);
        }
    }

    private void Read(IReadOnlyList<Waiting> whom)
    {
        if (whom.Count == 0)
            return;

        _reader = Context.Spawn<object>($"reading-{++_readings}", () => new RevocationsReader(journal, options), new ActorOptions { Supervision = Supervision.Stop, StashCapacity = WaitingMax + 1 });
        Context.Watch(_reader);
        _beingRead = whom.Count;
        foreach (var waiting in whom)
        {
            waiting.IsBeingRead = true;
            _reader.Tell(AskedFor(waiting));
        }
    }

    private void Answer(Waiting waiting, AuthenticationReply reply)
    {
        _waiting.Remove(waiting.Number);
        waiting.Judge.ReplyTo.Tell(reply);
        if (!waiting.IsBeingRead || --_beingRead > 0 || _reader is not { } reader)
            return;

        // Who came since began to wait after it had read.
        Context.Unwatch(reader);
        Context.Stop(reader);
        EndReading();
    }

    private void EndReading() => (_reader, _beingRead) = (null, 0);

    private UserCommand.Judge AskedFor(Waiting waiting) => new(waiting.Judge.Accepted with { Tag = waiting }, Self);

    private static AuthenticationReply.Unavailable Unavailable(UserCommand.Judge judge, string why) => new(judge.Accepted.Tag, $"It cannot be told just now who was put out: {why}.");

    /// <summary>A request whose identity is not judged yet.</summary>
    private sealed class Waiting(long number, UserCommand.Judge judge, long since)
    {
        internal long Number { get; } = number;

        internal UserCommand.Judge Judge { get; } = judge;

        internal long Since { get; } = since;

        /// <summary>Those who know were not there to be asked.</summary>
        internal bool IsRefused { get; set; }

        internal bool IsBeingRead { get; set; }
    }
}
