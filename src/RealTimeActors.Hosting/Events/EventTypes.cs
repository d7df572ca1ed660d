using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace RealTimeActors.Hosting.Events;

/// <summary>Which type of event in the log is which .NET type, and how it becomes JSON. Never changes.</summary>
/// <typeparam name="TEvent">What the .NET types have in common.</typeparam>
/// <example><c>new EventTypes&lt;GrantEvent&gt;().Add&lt;GrantEvent.Updated&gt;("grant.updated").WithJson(MyJsonContext.Default.Options)</c></example>
public sealed class EventTypes<TEvent>
    where TEvent : class
{
    private readonly FrozenDictionary<string, Type> _byName;
    private readonly FrozenDictionary<Type, string> _byType;
    private readonly JsonSerializerOptions? _json;

    /// <summary>No types yet: add each by <see cref="Add{TCase}"/>. Nothing is looked up by reflection then.</summary>
    public EventTypes()
        : this([], null)
    {
    }

    private EventTypes(IReadOnlyList<(string Name, Type Type)> cases, JsonSerializerOptions? json)
    {
        foreach (var same in cases.GroupBy(one => one.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            throw new ArgumentException($"The event type '{same.Key}' would be {string.Join(" and ", same.Select(one => one.Type))}; give one of them another [EventType].");

        _byName = cases.ToFrozenDictionary(one => one.Name, one => one.Type, StringComparer.Ordinal);
        _byType = cases.ToFrozenDictionary(one => one.Type, one => one.Name);
        _json = json;
    }

    /// <summary>The types in the log, in ordinal order.</summary>
    public IReadOnlyList<string> Names => [.. _byName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>As the attributes and names of <typeparamref name="TEvent"/> itself, or of the types in its assembly that derive from it, say.</summary>
    /// <exception cref="ArgumentException">There are none, or two have the same name.</exception>
    [SuppressMessage("Design", "CA1000", Justification = "The type is the whole argument.")]
    public static EventTypes<TEvent> Discover()
    {
        var cases = typeof(TEvent).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && typeof(TEvent).IsAssignableFrom(type))
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .Select(type => (EventTypeNames.Of(type, typeof(TEvent)), type))
            .ToArray();
        return cases.Length > 0
            ? new EventTypes<TEvent>(cases, null)
            : throw new ArgumentException($"{typeof(TEvent)} is expected to be a record, or the base of records in its assembly; there are none. Add them by EventTypes<{typeof(TEvent).Name}>.Add.");
    }

    /// <summary>The same and one more.</summary>
    /// <param name="name">The type in the log.</param>
    public EventTypes<TEvent> Add<TCase>(string name)
        where TCase : class, TEvent
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new EventTypes<TEvent>([.. _byName.Select(one => (one.Key, one.Value)), (name, typeof(TCase))], _json);
    }

    /// <summary>The same with other JSON, for example that of a source-generated context; without it the application's <see cref="RealTimeActorsOptions.Json"/> counts.</summary>
    public EventTypes<TEvent> WithJson(JsonSerializerOptions json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.MakeReadOnly(populateMissingResolver: true);
        return new EventTypes<TEvent>([.. _byName.Select(one => (one.Key, one.Value))], json);
    }

    /// <summary>The event as it goes into the log.</summary>
    /// <exception cref="ArgumentException">It is of none of the types.</exception>
    internal (string Type, ReadOnlyMemory<byte> Data) Write(TEvent @event, JsonSerializerOptions json)
    {
        ArgumentNullException.ThrowIfNull(@event);
        var type = @event.GetType();
        return _byType.TryGetValue(type, out var name)
            ? (name, JsonSerializer.SerializeToUtf8Bytes(@event, (_json ?? json).GetTypeInfo(type)))
            : throw new ArgumentException($"{type} is none of the events of this channel ({string.Join(", ", Names)}). Add it by EventTypes<{typeof(TEvent).Name}>.Add.", nameof(@event));
    }

    /// <summary>The event as it stands in the log; null and why, when it is none of these.</summary>
    internal (TEvent? Event, string? Problem) Read(string name, ReadOnlySpan<byte> data, JsonSerializerOptions json)
    {
        if (!_byName.TryGetValue(name, out var type))
            return (null, $"The event type '{name}' is not known here; known are {string.Join(", ", Names)}.");

        try
        {
            return JsonSerializer.Deserialize(data, (_json ?? json).GetTypeInfo(type)) is TEvent read
                ? (read, null)
                : (null, $"The data of a '{name}' is expected to be an object for {type}; it is null.");
        }
        catch (JsonException bad)
        {
            return (null, $"The data of a '{name}' is not of the form of {type}: {bad.Message}");
        }
    }
}
