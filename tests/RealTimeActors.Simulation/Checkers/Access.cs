using System.Text;
using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>14: nothing reaches a connection whose identity has no right to it at that moment; after the receipt for a user who was put out nothing goes to his old connections, and no old
/// token is taken; a session stays its user's.</summary>
internal sealed class Access : Checker
{
    /// <summary>The edge looks at expiries once a second, and actors may be slow.</summary>
    private const long ExpirySlackMs = 1_200;

    /// <summary>How soon a node that stood still looks after what is due.</summary>
    private static readonly TimeSpan _lookAgainWithin = TimeSpan.FromMilliseconds(50);

    private readonly SortedDictionary<int, Bearer> _bearers = [];
    private readonly SortedDictionary<string, string?> _sessions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _revokedBefore = new(StringComparer.Ordinal);

    /// <summary>The connections that a user has now.</summary>
    public IReadOnlyList<LinkView> LinksOf(string user) =>
        [.. Seen.Links.Where(link => link.Link.IsOpen && _bearers.TryGetValue(link.Link.Number, out var bearer) && bearer.Identity.User == user)];

    /// <summary>An order to put a user out was answered.</summary>
    /// <param name="links">Whom it met at the latest.</param>
    /// <param name="reply">What came of it.</param>
    public void OnReceipt(IReadOnlyList<LinkView> links, UserReply reply)
    {
        Seen.Note($"{reply}");
        if (reply is not UserReply.Disconnected receipt)
        {
            Seen.Sometimes.Count("putting a user out is not done or not known");
            return;
        }

        Seen.Sometimes.Count(receipt.RevokedBeforeUnixMs is null ? "a user is put out" : "a user is put out with his tokens");
        if (receipt.RevokedBeforeUnixMs is { } before)
            _revokedBefore[receipt.User] = Math.Max(before, _revokedBefore.GetValueOrDefault(receipt.User));
        else
            foreach (var link in links)
                _bearers[link.Link.Number].IsPutOut = true;
    }

    /// <summary>Whether nothing that comes on the connection need be dealt with any more: the answer is its close, which may not get through.</summary>
    public bool MayHaveExpired(LinkView link) => _bearers.TryGetValue(link.Link.Number, out var bearer) && bearer.MayExpireUnixMs <= Seen.NowUnixMs;

    public override void OnArrived(LinkView link, ClientFrame frame)
    {
        if (!_bearers.TryGetValue(link.Link.Number, out var bearer))
            return;

        if (frame is ClientFrame.Publish)
            bearer.HasPublished = true;
        else if (frame is ClientFrame.Subscribe { Id: > 0 } subscribe)
            bearer.Asking[subscribe.Id] = subscribe.Channel;
        else if (frame is ClientFrame.Refresh { Id: > 0 } refresh && Seen.Office!.Tokens.IdentityOf(refresh.Token) is { } shown && shown.User == bearer.Identity.User)
            bearer.Shown[refresh.Id] = shown;
    }

    public override void OnSent(LinkView link, ServerFrame frame)
    {
        if (Seen.Office is null || frame is ServerFrame.Close)
            return;

        if (frame is ServerFrame.Welcome welcome)
            OnWelcome(link, welcome);
        else if (frame is ServerFrame.Ok && link.Answered(frame) is ClientFrame.Refresh refresh)
            OnRefreshed(link, refresh);

        if (!_bearers.TryGetValue(link.Link.Number, out var bearer))
            return;

        if (frame is ServerFrame.Ok or ServerFrame.Error)
            bearer.Shown.Remove(frame.Id);

        if (frame.Id > 0)
            bearer.Asking.Remove(frame.Id);

        var identity = bearer.Identity;
        Require(!bearer.IsPutOut, $"{link.Name} was put out, and was sent {Line.Of(frame)} after the receipt for that.");
        Require(
            !_revokedBefore.TryGetValue(identity.User!, out var before) || identity.IssuedUnixMs >= before,
            $"{link.Name} shows a token of {identity.IssuedUnixMs}; what {identity.User} had from before {before} is revoked, and it was sent {Line.Of(frame)} after the receipt for that.");
        Require(
            Seen.NowUnixMs <= bearer.ExpiresUnixMs + ExpirySlackMs || Seen.Now <= Seen.WentOnAt(link) + _lookAgainWithin,
            $"{link.Name} was sent {Line.Of(frame)} {Seen.NowUnixMs - bearer.ExpiresUnixMs} ms after its token had expired.");

        switch (frame)
        {
            case ServerFrame.Event { Body: var body }:
                MustFollow(body.Channel);
                Require(
                    !bearer.Replays.TryGetValue(body.Channel, out var to) || body.Offset > to || Has(identity, body.Channel, Rights.History),
                    $"{link.Name} was sent {Line.Of(frame)} in a replay; {identity.User} has no right to the history of {body.Channel} any more.");
                break;
            case ServerFrame.Welcome { Subscriptions: var resumed }:
                foreach (var subscribed in resumed)
                    MustFollow(subscribed.Channel);

                break;
            case ServerFrame.Subscribed { Channel: var channel }:
                MustFollow(channel);
                break;
            case ServerFrame.Skip { Channel: var channel }:
                MustFollow(channel);
                break;
            case ServerFrame.Gap { Channel: var channel }:
                MustFollow(channel);
                break;
            case ServerFrame.Page page:
                Require(Has(identity, page.Channel, Rights.History), $"{link.Name} was sent {Line.Of(frame)}; {identity.User} has no right to the history of {page.Channel}.");
                break;
            case ServerFrame.Receipt receipt:
                Require(
                    bearer.Former.Append(identity).Any(held => Has(held, receipt.Channel, Rights.Publish)),
                    $"{link.Name} was given {Line.Of(frame)}; {identity.User} had no right to publish to {receipt.Channel}.");
                break;
            case ServerFrame.Unsubscribed { Channel: var ended, Code: var code }:
                bearer.Ending.Remove(ended);
                Seen.Sometimes.Count($"a subscription is ended by the server with {code}");
                break;
        }

        // A pattern gives nothing: its channels do.
        void MustFollow(string channel)
        {
            if (!ChannelPattern.IsPattern(channel))
                Require(bearer.Ending.Contains(channel) || Has(identity, channel, Rights.Subscribe), $"{link.Name} was sent {Line.Of(frame)}; {identity.User} may not follow {channel}.");
        }
    }

    public override void OnSubscribed(LinkView link, SubscriptionView now, ServerFrame.Subscribed frame, SubscriptionView? former)
    {
        if (!_bearers.TryGetValue(link.Link.Number, out var bearer))
            return;

        bearer.Replays.Remove(frame.Channel);

        // One whose channel was lost under it begins where it was, whatever was asked for once.
        var isRejoin = former is { IsEnded: false } && frame.Id == 0 && link.Welcome!.Subscriptions.All(subscribed => !ReferenceEquals(subscribed, frame));
        if (isRejoin || now.Request?.From is not (From.AtEarliest or From.Last))
            return;

        Require(Has(bearer.Identity, frame.Channel, Rights.History), $"{link.Name} was told {Line.Of(frame)}; {bearer.Identity.User} has no right to the history of {frame.Channel}.");
        bearer.Replays[frame.Channel] = frame.Head;
    }

    public override void OnDurable(TrueEvent durable)
    {
        var data = Encoding.UTF8.GetString(durable.Event.Data.Span);
        var by = data.Split('"') is [_, "by", _, var name, ..] ? name : null;
        var user = Seen.Office is null ? null : Seen.Plan.Clients.FirstOrDefault(client => client.Name == by)?.User ?? by;
        Require(durable.Event.User == user, $"{data} was published by {user ?? "nobody"}, and the log says that it was {durable.Event.User ?? "nobody"}.");
    }

    public override void AtRest()
    {
        foreach (var link in Seen.Links.Where(link => link.Link.IsOpen && _bearers.ContainsKey(link.Link.Number)))
        {
            foreach (var channel in _bearers[link.Link.Number].Ending)
                Require(!link.Subscriptions.TryGetValue(channel, out var followed) || followed.IsEnded, $"{link.Name} lost the right to follow {channel}, and was never told that it ends.");
        }
    }

    public override void OnRestored() => _revokedBefore.Clear();

    private void OnWelcome(LinkView link, ServerFrame.Welcome welcome)
    {
        var identity = Seen.Office!.Tokens.IdentityOf(link.Hello?.Token);
        if (identity is null)
        {
            Fail($"{link.Name} was welcomed without a good token.");
            return;
        }

        _bearers[link.Link.Number] = new Bearer(identity);
        if (!_sessions.TryAdd(welcome.Session.Id, identity.User))
        {
            Require(
                _sessions[welcome.Session.Id] == identity.User,
                $"{link.Name} is {identity.User}, and was given session {welcome.Session.Id}, which is that of {_sessions[welcome.Session.Id]}.");
        }
        else if (welcome.Session.Reason is "unknown" && link.Link.Label == "intruder")
        {
            Seen.Sometimes.Count("an intruder is given a session of his own");
        }
    }

    private void OnRefreshed(LinkView link, ClientFrame.Refresh refresh)
    {
        var bearer = _bearers[link.Link.Number];
        if (Seen.Office!.Tokens.IdentityOf(refresh.Token) is not { } identity)
        {
            Fail($"{link.Name} was told that its token is good, and it was never issued.");
            return;
        }

        Require(identity.User == bearer.Identity.User, $"{link.Name} is {bearer.Identity.User}, and has become {identity.User}.");
        if (bearer.HasPublished)
            bearer.Former.Add(bearer.Identity);

        // Over plain HTTP that is told beside the stream, in which what was written before waits to be read: it ends there when it is told there, which is to come.
        if (link.Link.Way != SimulatedWay.WebSocket)
        {
            var followed = link.Subscriptions.Values.Where(subscription => !subscription.IsEnded).Select(subscription => subscription.Channel).Concat(bearer.Asking.Values);
            bearer.Ending.UnionWith(followed.Where(channel => Seen.Plan.Channels.Any(known => known.Name == channel) && Has(bearer.Identity, channel, Rights.Subscribe) && !Has(identity, channel, Rights.Subscribe)));
        }

        bearer.Ending.RemoveWhere(channel => Has(identity, channel, Rights.Subscribe));
        bearer.Identity = identity;
        Seen.Sometimes.Count("a token is replaced in place");
    }

    private bool Has(Identity identity, string channel, Rights right) =>
        Seen.Plan.Engine.Access.RightsOf(identity, ChannelName.Parse(channel)).HasFlag(right);

    /// <summary>Who is at the other end of a connection, as its own frames show it.</summary>
    private sealed class Bearer(Identity identity)
    {
        public Identity Identity { get; set; } = identity;

        /// <summary>Whom it showed before: what was published then is answered now.</summary>
        public List<Identity> Former { get; } = [];

        /// <summary>Tokens that it has shown since, by the frame: they count from when they are taken, and the answer may wait behind what the peer does not read.</summary>
        public SortedDictionary<long, Identity> Shown { get; } = [];

        /// <summary>The latest moment until which it may be known.</summary>
        public long? ExpiresUnixMs => Shown.Values.Aggregate(Identity.ExpiresUnixMs, (latest, shown) => latest is null || shown.ExpiresUnixMs is null ? null : Math.Max(latest.Value, shown.ExpiresUnixMs.Value));

        /// <summary>The earliest from which on it may not be known any more.</summary>
        public long MayExpireUnixMs => Shown.Values.Append(Identity).Min(shown => shown.ExpiresUnixMs ?? long.MaxValue);

        public bool HasPublished { get; set; }

        /// <summary>Channels that it has asked to follow, by the frame.</summary>
        public SortedDictionary<long, string> Asking { get; } = [];

        /// <summary>Channels that it may not follow any more, and whose end has not been told in its stream yet.</summary>
        public SortedSet<string> Ending { get; } = new(StringComparer.Ordinal);

        public bool IsPutOut { get; set; }

        /// <summary>How far the replays go that took the right to history.</summary>
        public SortedDictionary<string, long> Replays { get; } = new(StringComparer.Ordinal);
    }
}
