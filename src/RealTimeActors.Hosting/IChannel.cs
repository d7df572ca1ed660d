using RealTimeActors.Client;

namespace RealTimeActors.Hosting;

/// <summary>One channel of this process's own node, its events as .NET types. Made by <see cref="IChannels.Of{TEvent}"/>; keep it as long as you like.</summary>
/// <typeparam name="TEvent">The event, or what all of them have in common.</typeparam>
public interface IChannel<TEvent>
    where TEvent : class
{
    /// <summary>The name of the channel.</summary>
    string Name { get; }

    /// <summary>Publishes an event and waits for as much as <see cref="PublishOptions.Confirm"/> says; null: until it is on disk.</summary>
    /// <exception cref="RealTimeException">It was refused, or its fate could not be learnt.</exception>
    /// <exception cref="ArgumentException">Its .NET type is none of the channel's events.</exception>
    Task<Receipt> PublishAsync(TEvent @event, PublishOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Publishes several events as one: all of them are in the log, one behind the other, or none.</summary>
    /// <returns>One receipt for each, in order.</returns>
    Task<IReadOnlyList<Receipt>> PublishAllAsync(IReadOnlyList<TEvent> events, PublishOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Follows the channel as a subscriber that comes back where it was: the first time from the earliest event, ever after behind the last one it has dealt with.</summary>
    /// <param name="subscriber">Its name, see <see cref="SubscriberOptions.Name"/>.</param>
    /// <param name="handler">Gets one event after the other, those of unknown types, too (<see cref="Received{TEvent}.Event"/> is null).</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ISubscription> SubscribeAsync(string subscriber, Func<Received<TEvent>, CancellationToken, ValueTask> handler, CancellationToken cancellationToken = default);

    /// <summary>Follows the channel, see <see cref="IChannels.SubscribeAsync"/>.</summary>
    Task<ISubscription> SubscribeAsync(SubscriberOptions? options, Func<Received<TEvent>, CancellationToken, ValueTask> handler, CancellationToken cancellationToken = default);

    /// <summary>Follows the channel as a stream, see <see cref="IChannels.FollowAsync"/>.</summary>
    IAsyncEnumerable<Received<TEvent>> FollowAsync(SubscriberOptions? options = null, CancellationToken cancellationToken = default);
}
