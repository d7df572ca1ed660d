using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Engine.Nodes.Messages;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Integrity;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Nodes;

/// <summary>Makes a value of any type that goes from node to node: no part of it at its default, or nothing in it that need not be there.</summary>
internal sealed class Samples(IActorRef<object> actor, object tag, bool isSparse = false)
{
    private readonly NullabilityInfoContext _nulls = new();

    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private int _next;

    /// <summary>Every record inside an abstract one, or the one that there is.</summary>
    internal static IEnumerable<Type> KindsOf(Type type) =>
        type.IsAbstract ? type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).Where(kind => kind.IsSubclassOf(type)) : [type];

    internal object Of(Type type)
    {
        _next++;
        if (type == typeof(string))
            return $"text-{_next} größe";
        if (type == typeof(bool))
            return true;
        if (type == typeof(object))
            return tag;
        if (type == typeof(ReadOnlyMemory<byte>))
            return new ReadOnlyMemory<byte>([(byte)_next, 2, 3]);
        if (type == typeof(byte[]))
            return new byte[] { (byte)_next, 7 };
        if (type == typeof(TimeSpan))
            return TimeSpan.FromMilliseconds(_next);
        if (type == typeof(ChannelName))
            return ChannelName.Parse($"a.{_next}");
        if (type == typeof(ChannelPattern))
            return ChannelPattern.Parse($"a.{_next}.>");
        if (type == typeof(StateDocument))
            return StateDocument.Empty;
        if (type == typeof(EventRun))
            return EventRun.Create("e", [(ChannelEvent)Of(typeof(ChannelEvent))], 3, [(Watched)Of(typeof(Watched))]);
        if (type == typeof(ProvenField))
            return _next % 2 == 0 ? ProvenField.Shown("name", $"{_next}", new byte[] { (byte)_next, 3 }) : ProvenField.Hidden(System.Security.Cryptography.SHA256.HashData([(byte)_next]));
        if (type == typeof(ChannelEvent))
            return (ChannelEvent)Record(type) with { Data = "{\"a\":1}"u8.ToArray(), Priority = Priority.High };
        if (type.IsEnum)
            return Enum.GetValues(type).Cast<object>().Last();
        if (type.IsPrimitive)
            return Convert.ChangeType(_next % 100 + 1, type, System.Globalization.CultureInfo.InvariantCulture);
        if (typeof(IActorRef).IsAssignableFrom(type))
            return actor;

        return type.IsGenericType ? Generic(type) : Record(type.IsAbstract ? KindsOf(type).Last() : type);
    }

    private object Generic(Type type)
    {
        var arguments = type.GetGenericArguments();
        if (type.GetGenericTypeDefinition() == typeof(Nullable<>))
            return Of(arguments[0]);

        if (type.GetGenericTypeDefinition() == typeof(ImmutableSortedDictionary<,>))
        {
            var empty = (IDictionary)type.GetField(nameof(ImmutableSortedDictionary<int, int>.Empty))!.GetValue(null)!;
            return type.GetMethod("Add", arguments)!.Invoke(empty, [Of(arguments[0]), Of(arguments[1])])!;
        }

        if (isSparse)
            return Activator.CreateInstance(typeof(List<>).MakeGenericType(arguments[0]))!;

        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(arguments[0]))!;
        list.Add(Of(arguments[0]));
        list.Add(Of(arguments[0]));
        return list;
    }

    private object Record(Type type)
    {
        var constructor = type.GetConstructors(Members).Where(one => one.GetParameters() is not [{ } only] || only.ParameterType != type).MaxBy(one => one.GetParameters().Length)!;
        var made = constructor.Invoke([.. constructor.GetParameters().Select(parameter => parameter.ParameterType == typeof(ITrace) || MayBeMissing(_nulls.Create(parameter)) ? null : Of(parameter.ParameterType))]);
        foreach (var property in type.GetProperties(Members).Where(property => property.SetMethod is not null && property.PropertyType != typeof(ITrace)))
        {
            if (!constructor.GetParameters().Any(parameter => string.Equals(parameter.Name, property.Name, StringComparison.OrdinalIgnoreCase)) && !property.IsDefined(typeof(LocalOnlyAttribute)))
                property.SetValue(made, MayBeMissing(_nulls.Create(property)) ? null : Of(property.PropertyType));
        }

        return made;
    }

    private bool MayBeMissing(NullabilityInfo info) => isSparse && info.WriteState == NullabilityState.Nullable;
}
