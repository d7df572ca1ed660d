using RealTimeActors.Engine.Telemetry;

namespace RealTimeActors.Engine.Relays;

/// <content>Requests that came to other nodes for connections of this one.</content>
internal sealed partial class RelayActor
{
    private readonly SortedDictionary<(long From, long Number), RelayedAnswer> _answers = [];

    /// <summary>By node: bytes that it was given and has not said that it has, and the answers that wait for that.</summary>
    private readonly SortedDictionary<long, Outflow> _outflows = [];

    /// <summary>Only for <see cref="PlantedBug.RelayLosesPart"/>.</summary>
    private int _given;

    private void OnBegin(RelayCommand.Begin begin)
    {
        if (_answers.Count >= options.RequestsMax)
        {
            figures.CountServed(RelayOutcome.Busy);
            begin.ReplyTo.Tell(new RelayReply.NotTaken(begin.Tag, RelayRefusal.Busy));
            return;
        }

        var answer = new RelayedAnswer(Self, begin.From, begin.Number) { Asker = (begin.Tag, begin.ReplyTo), Since = Now };
        var key = KeyOf(begin.From, begin.Number);
        if (options.Bug == PlantedBug.RelayedMixedUp)
            _answers.Remove(key);

        _answers.Add(key, answer);
        figures.Serving = _answers.Count;
        LookOut();
        server.Serve(begin.Request, answer);
    }

    private void OnNext(RelayCommand.Next next)
    {
        if (!_answers.TryGetValue(KeyOf(next.From, next.Number), out var answer))
        {
            next.ReplyTo.Tell(new RelayReply.Part(next.Tag, null, default, RelayState.Broken));
            return;
        }

        (answer.Asker, answer.Since) = ((next.Tag, next.ReplyTo), Now);
        if (next.IsWritten)
            Written(answer);

        // First its own part: others wait for what it has just been told of.
        Arrived(answer);
        Give(answer);
    }

    private void OnWritten(RelayCommand.Wrote wrote)
    {
        if (!_answers.TryGetValue(KeyOf(wrote.From, wrote.Number), out var answer))
            return;

        Written(answer);
        Give(answer);
    }

    private void OnGivenUp(RelayCommand.GiveUp giveUp)
    {
        if (_answers.TryGetValue(KeyOf(giveUp.From, giveUp.Number), out var answer))
            Abandon(answer);
    }

    private void OnEvent(RelayEvent happened)
    {
        var answer = happened.Answer;
        switch (happened)
        {
            case RelayEvent.Headed headed:
                answer.UntoldHead = headed.Head;
                break;
            case RelayEvent.Wrote wrote:
                answer.Add(wrote.Bytes);
                break;
            case RelayEvent.Ended ended:
                answer.State = ended.State;
                break;
            case RelayEvent.NotHere:
                // It is the first that is said of a request, and who asked for it still waits.
                answer.Asker?.ReplyTo.Tell(new RelayReply.NotTaken(answer.Asker?.Tag, RelayRefusal.NotHere));
                Remove(answer, RelayOutcome.NotHere);
                return;
        }

        Give(answer);
    }

    /// <summary>Tells who asks whatever there is for him; where there is nothing he waits.</summary>
    private void Give(RelayedAnswer answer)
    {
        if (answer.IsOver || answer.Asker is not { } asker)
            return;

        var isBroken = answer.State == RelayState.Broken;
        var part = !isBroken && answer.HasBytes && answer.UnwrittenBytes == 0 ? answer.PartBytes(options.PartBytesMax) : 0;
        if (part > 0 && !HasRoom(answer, part))
            part = 0;

        var bytes = part > 0 ? answer.TakePart(part) : default;
        var state = isBroken || !answer.HasBytes ? answer.State : RelayState.More;
        if (answer.UntoldHead is null && part == 0 && state == RelayState.More)
            return;

        if (options.Bug == PlantedBug.RelayLosesPart && part > 0 && ++_given % 8 == 0)
            bytes = default;

        (answer.Asker, answer.Since) = (null, Now);
        figures.BytesSent += bytes.Length;
        asker.ReplyTo.Tell(new RelayReply.Part(asker.Tag, answer.UntoldHead, bytes, state));
        answer.UntoldHead = null;
        if (state != RelayState.More)
        {
            Remove(answer, state == RelayState.Ended ? RelayOutcome.Answered : RelayOutcome.Broken);
            return;
        }

        answer.UnwrittenBytes = answer.UnderWayBytes = part;
        if (part > 0)
            OutflowOf(answer.From).Bytes += part;
    }

    private bool HasRoom(RelayedAnswer answer, int part)
    {
        var outflow = OutflowOf(answer.From);
        if (outflow.Bytes == 0 || outflow.Bytes + part <= options.AnswerBytesMax)
            return true;

        if (!answer.IsQueued)
        {
            answer.IsQueued = true;
            outflow.Waiting.Enqueue(answer);
            figures.Waiting++;
        }

        return false;
    }

    /// <summary>What the other node was given of it is there: others may be given theirs, in the order in which they came to wait.</summary>
    private void Arrived(RelayedAnswer answer)
    {
        if (answer.UnderWayBytes == 0 || !_outflows.TryGetValue(answer.From, out var outflow))
            return;

        outflow.Bytes -= answer.UnderWayBytes;
        answer.UnderWayBytes = 0;
        for (var left = outflow.Waiting.Count; left > 0 && outflow.Bytes < options.AnswerBytesMax; left--)
        {
            var next = outflow.Waiting.Dequeue();
            figures.Waiting--;
            next.IsQueued = false;
            Give(next);
        }

        if (outflow is { Bytes: 0, Waiting.Count: 0 })
            _outflows.Remove(answer.From);
    }

    private static void Written(RelayedAnswer answer)
    {
        if (answer.UnwrittenBytes == 0)
            return;

        var bytes = answer.UnwrittenBytes;
        answer.UnwrittenBytes = 0;
        answer.Written?.Invoke(bytes);
    }

    private void LookAtAnswers()
    {
        foreach (var answer in _answers.Values.ToArray())
        {
            if (answer.IsOver)
                continue;

            if (answer.Asker is { } asker && HasPassed(options.StillAfter, answer.Since))
            {
                (answer.Asker, answer.Since) = (null, Now);
                asker.ReplyTo.Tell(new RelayReply.Part(asker.Tag, null, default, RelayState.More));
            }
            else if (answer.Asker is null && HasPassed(options.SilenceMax, answer.Since))
            {
                Abandon(answer);
            }
        }
    }

    private void Abandon(RelayedAnswer answer)
    {
        Remove(answer, RelayOutcome.GivenUp);
        answer.Abandoned?.Invoke();
    }

    private void Remove(RelayedAnswer answer, RelayOutcome outcome)
    {
        answer.IsOver = true;
        figures.CountServed(outcome);
        _answers.Remove(KeyOf(answer.From, answer.Number));
        figures.Serving = _answers.Count;
        Arrived(answer);
    }

    /// <summary>Two nodes may have the same number for their requests.</summary>
    private (long From, long Number) KeyOf(long from, long number) => (options.Bug == PlantedBug.RelayedMixedUp ? 0 : from, number);

    private Outflow OutflowOf(long node)
    {
        if (!_outflows.TryGetValue(node, out var outflow))
            _outflows.Add(node, outflow = new Outflow());

        return outflow;
    }

    private sealed class Outflow
    {
        internal long Bytes { get; set; }

        internal Queue<RelayedAnswer> Waiting { get; } = new();
    }
}
