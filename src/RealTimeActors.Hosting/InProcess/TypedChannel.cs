using System.Runtime.CompilerServices;
using System.Text.Json;
using RealTimeActors.Client;
using RealTimeActors.Hosting.Events;

namespace RealTimeActors.Hosting.InProcess;

/// <inheritdoc cref="IChannel{TEvent}"/>
internal sealed class TypedChannel<TEvent>(string name, EventTypes<TEvent> types, InProcessChannels channels, JsonSerializerOptions json) : IChannel<TEvent>
    where TEvent : class
{
    public string Name => name;

    public async Task<Receipt> PublishAsync(TEvent @event, PublishOptions? options = null, CancellationToken cancellationToken = default) =>
        (await PublishAllAsync([@event], options, cancellationToken))[0];

    public Task<IReadOnlyList<Receipt>> PublishAllAsync(IReadOnlyList<TEvent> events, PublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        return channels.PublishAsync(name, [.. events.Select(@event => types.Write(@event, json))], options, cancellationToken);
    }

    public Task<ISubscription> SubscribeAsync(string subscriber, Func<Received<TEvent>, CancellationToken, ValueTask> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        return SubscribeAsync(new SubscriberOptions { Name = subscriber }, handler, cancellationToken);
    }

    public Task<ISubscription> SubscribeAsync(
        SubscriberOptions? options, Func<Received<TEvent>, CancellationToken, ValueTask> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return channels.SubscribeAsync(name, options, (raw, stop) => handler(Read(raw), stop), cancellationToken);
    }

    public async IAsyncEnumerable<Received<TEvent>> FollowAsync(SubscriberOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var raw in channels.FollowAsync(name, options, cancellationToken))
            yield return Read(raw);
    }

    private Received<TEvent> Read(ReceivedEvent raw)
    {
        var (@event, problem) = types.Read(raw.Event.Type, raw.Event.Data.Span, json);
        return new Received<TEvent>(raw, @event, problem);
    }
}
