using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>9, of shared state: a session that follows it goes on from what was acked, and from nowhere else; a state that was not acked is owed, and comes again.</summary>
internal sealed class OwedStates : StateChecker
{
    private readonly SortedDictionary<string, Cursor> _cursors = new(StringComparer.Ordinal);

    public override void OnArrived(LinkView link, ClientFrame frame)
    {
        if ((link.Session ?? (frame as ClientFrame.Hello)?.SessionId) is not { } session || !_cursors.TryGetValue(session, out var cursor))
            return;

        switch (frame)
        {
            case ClientFrame.Ack ack:
                cursor.Ack(ack.Offset);
                break;
            case ClientFrame.Subscribe { From: From.Position(_, var offset) }:
                cursor.MayStandAt(offset);
                break;
            case ClientFrame.Hello hello:
                foreach (var subscribe in hello.Subscriptions)
                {
                    if (subscribe.From is From.Position(_, var from))
                        cursor.MayStandAt(from);
                }

                break;
        }
    }

    public override void OnSent(LinkView link, ServerFrame frame)
    {
        switch (frame)
        {
            case ServerFrame.Welcome welcome:
                foreach (var subscribed in welcome.Subscriptions)
                    OnSubscribed(link, subscribed, welcome.Session.Resumed && IsLeftToSession(link.RequestFor(subscribed)));

                break;
            case ServerFrame.Subscribed subscribed:
                OnSubscribed(link, subscribed, subscribed.Id > 0 && IsLeftToSession(link.RequestFor(subscribed)));
                break;
        }
    }

    public override void OnRestored() => _cursors.Clear();

    private void OnSubscribed(LinkView link, ServerFrame.Subscribed subscribed, bool isResumed)
    {
        var session = link.Session!;
        if (subscribed.Recovered != Recovered.Full)
        {
            if (isResumed)
                Seen.Sometimes.Count(_cursors.ContainsKey(session) ? $"a session that follows a state is resumed with it ({subscribed.Recovered})" : "a session follows a state");

            // What was acked reached beyond what is gone: the session stands there, as its client does, until the state is acked.
            var kept = subscribed is { Recovered: Recovered.Gap, Missing.To: var gone } && _cursors.TryGetValue(session, out var before) && before.Epoch == subscribed.Epoch && before.Acked >= Math.Max(gone, before.Begun)
                ? new OffsetRange(gone, before.Acked)
                : default(OffsetRange?);
            _cursors[session] = new Cursor(subscribed.Epoch) { Begun = subscribed.Offset, Kept = kept };
            return;
        }

        if (!isResumed)
        {
            // The client has the state, and says so; and it may have acked what follows before this answer came to be sent.
            if (subscribed.Id > 0)
            {
                var ackedSince = _cursors.TryGetValue(session, out var former) && former.Epoch == subscribed.Epoch ? former.AckedSince : 0;
                _cursors[session] = new Cursor(subscribed.Epoch) { Begun = subscribed.Offset, Acked = Math.Max(subscribed.Offset, ackedSince) };
            }

            return;
        }

        if (!_cursors.TryGetValue(session, out var cursor) || cursor.Epoch != subscribed.Epoch)
            return;

        if (cursor.Acked < cursor.Begun && cursor.Kept is { } standing && standing.From <= subscribed.Offset && subscribed.Offset <= standing.To)
        {
            _cursors[session] = new Cursor(subscribed.Epoch) { Begun = subscribed.Offset, Acked = Math.Max(standing.To, cursor.Acked) };
            return;
        }

        Require(cursor.Acked >= cursor.Begun, $"{link.Name} resumes {subscribed.Channel} after {subscribed.Offset}; the state as of {cursor.Begun} was never acked, and is owed.");
        Require(
            subscribed.Offset >= cursor.Begun && subscribed.Offset <= cursor.Acked,
            $"{link.Name} resumes {subscribed.Channel} after {subscribed.Offset}; its session had the state as of {cursor.Begun}, and acked up to {cursor.Acked}.");
        Seen.Sometimes.Count("a session that follows a state is resumed without it");
    }

    private static bool IsLeftToSession(ClientFrame.Subscribe? asked) => asked is null or { From: From.AtSession };

    /// <summary>Where a session may stand.</summary>
    private sealed class Cursor(string epoch)
    {
        public string Epoch { get; } = epoch;

        /// <summary>The state as of this offset was told.</summary>
        public long Begun { get; set; }

        /// <summary>Where it may stand as well until the state is acked; null: nowhere.</summary>
        public OffsetRange? Kept { get; init; }

        /// <summary>The highest offset of an ack that has arrived; -1: none.</summary>
        public long Acked { get; set; } = -1;

        /// <summary>The same since the client last said from where it goes on.</summary>
        public long AckedSince { get; private set; }

        public void Ack(long offset) => (Acked, AckedSince) = (Math.Max(Acked, offset), Math.Max(AckedSince, offset));

        /// <summary>A client said that it has the state as of there: from now on the session may stand there, whether the answer arrives or not.</summary>
        public void MayStandAt(long offset) => (Begun, Acked, AckedSince) = (Math.Min(Begun, offset), Math.Max(Acked, offset), offset);
    }
}
