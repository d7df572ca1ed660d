using RealTimeActors.Client;
using RealTimeActors.Hosting.Events;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Hosting;

/// <summary>
/// The channels of this process's own node: publish and follow without a connection. A service of every application with <c>AddRealTimeActors</c>.
/// </summary>
/// <remarks>
/// <para>Works from the moment the services are there, so also in a hosted service that starts with the host, and to publish until the host has stopped. What is published
/// here is seen by everybody, and everybody's events are seen here: there is one log.</para>
/// <para>Safe to use from many threads. The process is trusted: it has every right on every channel whose name does not begin with <c>$</c>.</para>
/// </remarks>
public interface IChannels
{
    /// <summary>A channel whose events are .NET types.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="types">Which type of event is which .NET type; null: as their attributes or names say, see <see cref="EventTypeAttribute"/>.</param>
    /// <exception cref="ArgumentException">It is no name, or <typeparamref name="TEvent"/> has no events.</exception>
    IChannel<TEvent> Of<TEvent>(string channel, EventTypes<TEvent>? types = null)
        where TEvent : class;

    /// <summary>Publishes an object as JSON and waits for as much as <see cref="PublishOptions.Confirm"/> says; null: until it is on disk.</summary>
    /// <param name="channel">Where to.</param>
    /// <param name="type">What happened, as <c>grant.updated</c>.</param>
    /// <param name="data">What is to be told of it.</param>
    /// <param name="options">Null: persisted, priority normal.</param>
    /// <param name="cancellationToken">Gives up waiting; what was told the channel already may be in the log.</param>
    /// <exception cref="RealTimeException">It was refused, or its fate could not be learnt.</exception>
    Task<Receipt> PublishAsync<T>(string channel, string type, T data, PublishOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="PublishAsync{T}"/>, with data that is JSON in UTF-8 already.</summary>
    /// <exception cref="ArgumentException">The data is not one JSON value.</exception>
    Task<Receipt> PublishJsonAsync(string channel, string type, ReadOnlyMemory<byte> data, PublishOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Reads a page of a channel's log.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="from">Where to begin; null: at the earliest.</param>
    /// <param name="limit">The most events of the page, 1 … 1,000.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RealTimeException">It was refused.</exception>
    Task<EventPage> ReadAsync(string channel, From? from = null, int limit = 100, CancellationToken cancellationToken = default);

    /// <summary>Follows a channel, or every channel that a pattern means, those to come included; ends when the subscription was taken up.</summary>
    /// <param name="channel">Its name, or a pattern: <c>*</c> for one segment, <c>&gt;</c> for the rest.</param>
    /// <param name="options">Null: from now on, until the process ends.</param>
    /// <param name="handler">Gets one event after the other, never two at a time. Its token is cancelled when a stop does not want to wait for it any longer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RealTimeException">It was refused, or the host is stopping.</exception>
    /// <exception cref="InvalidOperationException">The name follows this channel already.</exception>
    Task<ISubscription> SubscribeAsync(
        string channel, SubscriberOptions? options, Func<ReceivedEvent, CancellationToken, ValueTask> handler, CancellationToken cancellationToken = default);

    /// <summary>Follows a channel, or every channel that a pattern means, as a stream. An event counts as handled when the next one is asked for; a subscriber with a name that leaves the loop goes on there the next
    /// time. Ends when the host stops.</summary>
    IAsyncEnumerable<ReceivedEvent> FollowAsync(string channel, SubscriberOptions? options = null, CancellationToken cancellationToken = default);
}
