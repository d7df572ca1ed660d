using System.Collections.Immutable;
using System.Reflection;

namespace RealTimeActors.Engine.Nodes.Messages;

/// <summary>
/// Finds the format of a type from the type itself: records by their members, families of records by the place of the member, lists, numbers, texts, actors and tags. So that a message
/// which is added travels without anybody writing how.
/// </summary>
/// <remarks>Formats of values of fixed meaning are in <see cref="BasicFormats"/>, of types of ours that are no plain records in <see cref="EngineFormats"/>. What cannot be written is an
/// exception when the codec is made, not when the message is told.</remarks>
internal sealed class MessageFormats
{
    private static readonly MethodInfo _listOf = Method(nameof(BasicFormats.List));
    private static readonly MethodInfo _collectionOf = Method(nameof(BasicFormats.Collection));
    private static readonly MethodInfo _nullableOf = Method(nameof(BasicFormats.Nullable));
    private static readonly MethodInfo _enumOf = Method(nameof(BasicFormats.Enum));
    private static readonly MethodInfo _sortedOf = Method(nameof(BasicFormats.Sorted));
    private static readonly MethodInfo _actorOf = Method(nameof(BasicFormats.Actor));

    private readonly Dictionary<Type, IMessageFormat> _byType = [];
    private readonly List<Type> _underWay = [];

    internal MessageFormats()
    {
        foreach (var (type, format) in BasicFormats.All.Concat(EngineFormats.All(this)))
            _byType.Add(type, format);
    }

    internal MessageFormat<T> Of<T>() => (MessageFormat<T>)Of(typeof(T));

    internal IMessageFormat Of(Type type)
    {
        if (_byType.TryGetValue(type, out var known))
            return known;

        if (_underWay.Contains(type))
            throw Unsupported($"{type} holds itself: write a format for it");

        _underWay.Add(type);
        var format = Make(type);
        _underWay.RemoveAt(_underWay.Count - 1);
        _byType.Add(type, format);
        return format;
    }

    /// <summary>Says what cannot be written, and by what it was come to.</summary>
    internal NotSupportedException Unsupported(string what) => new($"{what} ({string.Join(" > ", _underWay.Select(type => type.Name))}).");

    private IMessageFormat Make(Type type)
    {
        if (type.IsEnum)
            return (IMessageFormat)_enumOf.MakeGenericMethod(type).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [], null)!;

        if (type.IsGenericType && ArgumentsOf(type) is { } made)
            return made;

        if (type is { IsAbstract: true, IsClass: true })
            return FamilyFormats.Of(this, type);

        return type is { IsClass: true } or { IsValueType: true, IsPrimitive: false } && type.Assembly != typeof(object).Assembly
            ? RecordFormats.Of(this, type)
            : throw Unsupported($"There is no format for {type}");
    }

    private IMessageFormat? ArgumentsOf(Type type)
    {
        var arguments = type.GetGenericArguments();
        var method = type.GetGenericTypeDefinition() switch
        {
            var definition when definition == typeof(IReadOnlyList<>) => _listOf,
            var definition when definition == typeof(IReadOnlyCollection<>) => _collectionOf,
            var definition when definition == typeof(Nullable<>) => _nullableOf,
            var definition when definition == typeof(ImmutableSortedDictionary<,>) => _sortedOf,
            var definition when definition == typeof(RealTimeActors.Actors.IActorRef<>) => _actorOf,
            _ => null,
        };
        return method is null ? null
            : method == _actorOf ? (IMessageFormat)method.MakeGenericMethod(arguments).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [], null)!
            : (IMessageFormat)method.MakeGenericMethod(arguments).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [this], null)!;
    }

    private static MethodInfo Method(string name) => typeof(BasicFormats).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
}
