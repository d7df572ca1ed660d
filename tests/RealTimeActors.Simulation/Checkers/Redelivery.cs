using System.Text;
using System.Text.Json;
using RealTimeActors.Engine.DeadLetters;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Workloads;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>
/// 8, of what could not be processed: it comes again with one attempt more each time, over crashes and reconnects; after the last it is with the dead letters, once per session; nothing that was nacked is
/// lost; and a letter that is published again is so once, and never in a circle.
/// </summary>
internal sealed partial class Redelivery : Checker
{
    private readonly SortedDictionary<(string Session, string Epoch, long Offset), Nacked> _nacked = [];
    private readonly Dictionary<(string Session, string Epoch), AckedOffsets> _acked = [];

    /// <summary>Sessions that follow in the order of offsets: what they nacked comes in its place, without a word, when they come back.</summary>
    private readonly SortedSet<string> _inOrder = new(StringComparer.Ordinal);

    private NackPlan? Plan => Seen.Plan.Nacks;

    public override void OnArrived(LinkView link, ClientFrame frame)
    {
        if (link.Session is not { } session)
            return;

        switch (frame)
        {
            case ClientFrame.Nack nack when link.Subscriptions.TryGetValue(nack.Channel, out var subscription):
                Seen.Sometimes.Count("an event is nacked");
                var nacked = Of(session, subscription.Epoch, nack.Offset);
                nacked.Nacks++;
                if (nacked.SentOn != link && IsAskedForAgain(subscription, nack.Offset, nacked))
                    nacked.Attempt = 0;

                break;
            case ClientFrame.Ack ack when link.Subscriptions.TryGetValue(ack.Channel, out var subscription):
                if (!_acked.TryGetValue((session, subscription.Epoch), out var acked))
                    _acked.Add((session, subscription.Epoch), acked = new AckedOffsets());

                acked.Add(ack);
                break;
        }
    }

    public override void OnSent(LinkView link, ServerFrame frame)
    {
        if (Plan is not { } plan)
            return;

        // Letters that are on the disk now count for what is said now.
        Seen.Truth.Head(plan.Letters.Name);
        if (frame is not ServerFrame.Event { Body: var e, Attempt: var attempt } || e.Channel != plan.Channel.Name || link.Session is not { } session)
            return;

        if (link.Subscriptions[e.Channel].Order == DeliveryOrder.Offset)
            _inOrder.Add(session);

        var isKnown = _nacked.TryGetValue((session, link.Subscriptions[e.Channel].Epoch, e.Offset), out var nacked);
        Require(attempt <= plan.Channel.Settings.Retry.Attempts, $"{link.Name} was sent offset {e.Offset} of {e.Channel} in attempt {attempt} of {plan.Channel.Settings.Retry.Attempts}.");
        nacked?.SentOn = link;
        if (attempt > 1)
        {
            Seen.Sometimes.Count("an event is delivered again");
            Require(nacked is { Nacks: > 0 }, $"{link.Name} was sent offset {e.Offset} of {e.Channel} in attempt {attempt}, and never said that it could not be processed.");
            Require(attempt > nacked!.Attempt, $"{link.Name} was sent offset {e.Offset} of {e.Channel} in attempt {attempt}; its session had it in attempt {nacked.Attempt} before.");
            nacked.Attempt = attempt;
        }
        else if (isKnown && (nacked!.IsDead || IsAcked(session, link.Subscriptions[e.Channel].Epoch, e.Offset)))
        {
            // What is resolved may come again, from the first attempt on, to who asks for it from a position before.
            nacked.Attempt = 0;
        }
        else if (isKnown && !_inOrder.Contains(session))
        {
            Require(nacked!.Attempt <= 1, $"{link.Name} was sent offset {e.Offset} of {e.Channel} as if for the first time; its session had it in attempt {nacked.Attempt} before, and could not process it.");
        }
    }

    public override void OnDurable(TrueEvent durable)
    {
        if (durable.Event.Channel == Plan?.Letters.Name)
            OnLetter(durable);
        else if (durable.Event.Channel == Plan?.Channel.Name && durable.Stored.ProducerId?.StartsWith(DeadLetter.ReplayPrefix, StringComparison.Ordinal) == true)
            Seen.Sometimes.Count("a dead letter is published again");
    }

    /// <summary>Everything that a session of now nacked and that is neither acked nor with the dead letters; null: nothing is.</summary>
    public string? Unresolved()
    {
        Seen.Truth.Head(Plan!.Letters.Name);
        foreach (var ((session, epoch, offset), nacked) in _nacked)
        {
            if (nacked.Nacks > 0 && !nacked.IsDead && IsOfNow(session, epoch) && !IsAcked(session, epoch, offset) && offset > Plan.Channel.NotRetained(Seen.Truth.Head(Plan.Channel.Name)))
                return $"offset {offset} of {Plan.Channel.Name}, which {session} nacked, is neither acked nor with the dead letters";
        }

        return null;
    }

    public override void AtRest()
    {
        if (Plan is null)
            return;

        if (Unresolved() is { } lost)
            Fail($"Nothing moves, and {lost}.");

        CheckReplays();
    }

    /// <summary>
    /// It was given up, and its client, which has not heard so, has asked for it from a position before. Then it is on its way from the first attempt on, which is lost perhaps with the connection; and what the
    /// client says again of the last one, before it has read that, counts for it.
    /// </summary>
    private bool IsAskedForAgain(SubscriptionView subscription, long offset, Nacked nacked)
    {
        // Letters that are on the disk now count for what was asked before.
        Seen.Truth.Head(Plan!.Letters.Name);
        return nacked.IsDead && subscription.Request is { From: not (From.AtSession or From.AtNow) } && subscription.Start < offset;
    }

    private bool IsAcked(string session, string epoch, long offset) => _acked.TryGetValue((session, epoch), out var acked) && acked.Contains(offset);

    /// <summary>Whether a client goes on as that session, in this life of the log.</summary>
    private bool IsOfNow(string session, string epoch) => Seen.Epochs.LifeOf(Plan!.Channel.Name, epoch) == Seen.Truth.Life
        && Seen.Links.Any(link => link.Session == session && link.Link.IsOpen && link.Close is null && link.Subscriptions.ContainsKey(Plan.Channel.Name));

    private void OnLetter(TrueEvent durable)
    {
        using var document = JsonDocument.Parse(durable.Event.Data);
        var letter = document.RootElement;
        var origin = letter.GetProperty("origin");
        var (session, epoch, offset) = (letter.GetProperty("session").GetString()!, origin.GetProperty("epoch").GetString()!, origin.GetProperty("offset").GetInt64());
        Receive(durable, letter);
        if (Seen.Epochs.LifeOf(Plan!.Channel.Name, epoch) != durable.Life)
            return; // Of the time before a backup was restored.

        var nacked = Of(session, epoch, offset);
        Require(!nacked.IsDead, $"Offset {offset} of {Plan.Channel.Name} is with the dead letters of {session} twice, the second time at {durable.Event.Offset}.");
        nacked.IsDead = true;
        Receipts(session, epoch, offset);

        var attempts = letter.GetProperty("attempts").GetInt32();
        var attemptsMax = Plan.Channel.Settings.Retry.Attempts;
        var isGone = letter.TryGetProperty("gone", out _);
        Seen.Sometimes.Count(isGone ? "a dead letter tells that its event is not retained any more" : "a dead letter is written");
        Require(nacked.Nacks > 0, $"Offset {offset} of {Plan.Channel.Name} is with the dead letters, and {session} never said that it could not process it.");
        Require(attempts == attemptsMax || (isGone && attempts < attemptsMax), $"{session} gave up on offset {offset} of {Plan.Channel.Name} after {attempts} attempts of {attemptsMax}.");
        Require(attempts >= nacked.Attempt, $"{session} was sent offset {offset} of {Plan.Channel.Name} in attempt {nacked.Attempt}, and the letter says that there were {attempts}.");
        if (!isGone)
        {
            var truth = Seen.Truth.Find(durable.Life, Plan.Channel.Name, offset)?.Event;
            Require(
                truth is not null && truth.Id == origin.GetProperty("id").GetString() && letter.GetProperty("data").GetRawText() == Encoding.UTF8.GetString(truth.Data.Span),
                $"The dead letter at {durable.Event.Offset} does not hold what offset {offset} of {Plan.Channel.Name} is.");
        }
    }

    private void Receipts(string session, string epoch, long offset) => Seen.Receipts.GaveUp(session, Plan!.Channel.Name, epoch, offset);

    private Nacked Of(string session, string epoch, long offset)
    {
        if (!_nacked.TryGetValue((session, epoch, offset), out var nacked))
            _nacked.Add((session, epoch, offset), nacked = new Nacked());

        return nacked;
    }

    private sealed class Nacked
    {
        /// <summary>How often the client said that it could not process it.</summary>
        public int Nacks { get; set; }

        /// <summary>The last attempt that it was sent in; 0: only the first.</summary>
        public int Attempt { get; set; }

        /// <summary>The connection that it was sent on last, since it was first nacked.</summary>
        public LinkView? SentOn { get; set; }

        public bool IsDead { get; set; }
    }
}
