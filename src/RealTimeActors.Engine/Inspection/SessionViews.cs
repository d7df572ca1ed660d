using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Inspection;

/// <summary>Puts together what a session, its edge and its channels told. Pure.</summary>
internal static class SessionViews
{
    internal static SessionView Of(SessionReport session, ConnectionReport? connection, IReadOnlyList<SubscriptionView> subscriptions, EngineOptions options)
    {
        var keptFor = session.IsJournaled ? options.SessionExpiry : options.UnsavedSessionKeptFor;
        return new SessionView(
            session.SessionId,
            session.User,
            connection is null ? null : new ConnectionView(connection.Id, connection.Remote, connection.Transport, connection.Format, connection.Client, connection.ConnectedUnixMs),
            connection?.HeardUnixMs ?? session.SeenUnixMs,
            session.ConnectionId is null ? session.AwaySinceUnixMs + (long)keptFor.TotalMilliseconds : null,
            session.IsJournaled,
            session.Count,
            subscriptions)
        {
            Patterns = [.. session.Patterns.Select(pattern => pattern.Pattern.Text)],
        };
    }

    internal static SubscriptionView Of(SessionReport session, SessionSubscription subscription, ConnectionReport? connection, ChannelView? channel)
    {
        var live = connection?.Subscriptions.FirstOrDefault(report => report.Channel == subscription.Channel);
        var isAcking = subscription.Options.AckMode != AckMode.None;
        long? position = isAcking ? subscription.Prefix : null;
        long? sent = live is { Epoch.Length: > 0 } ? live.SentPrefix : null;
        return new SubscriptionView
        {
            Channel = subscription.Channel,
            Pattern = session.PatternOf(subscription),
            State = connection is null ? SubscriptionState.Away : live is { IsLive: true } ? SubscriptionState.Live : SubscriptionState.CatchingUp,
            IsDurable = subscription.IsDurable,
            Epoch = subscription.Epoch,
            Position = position,
            Ahead = isAcking ? subscription.Ahead : [],
            Sent = sent,
            Head = channel?.Head,
            Lag = channel?.Epoch == subscription.Epoch ? Math.Max(0, channel.Head!.Value - (position ?? sent ?? channel.Head.Value)) : null,
            AckMode = subscription.Options.AckMode,
            Order = subscription.Options.Order,
            Overflow = subscription.Options.Overflow,
            LeastPriority = subscription.Options.LeastPriority,
            Shape = subscription.Options.Shape,
            Filter = subscription.Options.Filter,
            Fields = subscription.Options.Fields,
            Held = live?.Held,
        };
    }
}
