using System.Linq.Expressions;
using System.Reflection;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Engine.Nodes.Messages;

/// <summary>Records between nodes: their members in the order of the constructor, then those that are set beside it by name.</summary>
internal static class RecordFormats
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    internal static IMessageFormat Of(MessageFormats formats, Type type) =>
        (IMessageFormat)typeof(RecordFormats).GetMethod(nameof(Make), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(type).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [formats], null)!;

    private static MessageFormat<T> Make<T>(MessageFormats formats)
    {
        var type = typeof(T);
        var constructor = type.GetConstructors(Members)
            .Where(constructor => constructor.GetParameters() is not [{ } only] || only.ParameterType != type)
            .MaxBy(constructor => constructor.GetParameters().Length)
            ?? throw formats.Unsupported($"{type} has no constructor that could be used: write a format for it");
        var properties = type.GetProperties(Members).Where(property => property.GetIndexParameters().Length == 0 && property.Name != "EqualityContract").ToArray();
        var given = constructor.GetParameters().Select(parameter => PropertyOf(formats, type, properties, parameter)).ToArray();
        var set = properties
            .Where(property => property.SetMethod is not null && !given.Contains(property) && !IsLocal(property))
            .OrderBy(property => property.Name, StringComparer.Ordinal)
            .ToArray();
        var travelling = given.Where(property => !IsLocal(property)).Concat(set).ToArray();
        var shape = $"{type.Name}({string.Join(',', travelling.Select(property => $"{property.Name}:{formats.Of(property.PropertyType).Shape}"))})";
        return new(shape, Writer<T>(formats, travelling), Reader<T>(formats, constructor, given, set));
    }

    private static bool IsLocal(PropertyInfo property) => property.PropertyType == typeof(ITrace) || property.IsDefined(typeof(LocalOnlyAttribute));

    private static PropertyInfo PropertyOf(MessageFormats formats, Type type, PropertyInfo[] properties, ParameterInfo parameter) =>
        properties.FirstOrDefault(property => string.Equals(property.Name, parameter.Name, StringComparison.OrdinalIgnoreCase) && property.PropertyType == parameter.ParameterType)
        ?? throw formats.Unsupported($"{type} does not say what its constructor was given as {parameter.Name}: write a format for it");

    private static WriteMessage<T> Writer<T>(MessageFormats formats, PropertyInfo[] properties)
    {
        var (to, value, table) = (Expression.Parameter(typeof(PayloadWriter)), Expression.Parameter(typeof(T)), Expression.Parameter(typeof(ILinkTable)));
        var each = properties.Select(property => (Expression)Expression.Invoke(Expression.Constant(formats.Of(property.PropertyType).Writer), to, Expression.Property(value, property), table));
        var write = Expression.Lambda<WriteMessage<T>>(Expression.Block(typeof(void), each.DefaultIfEmpty(Expression.Empty())), to, value, table).Compile();
        if (typeof(T).IsValueType)
            return write;

        return (to, value, table) =>
        {
            to.Byte(value is null ? (byte)0 : (byte)1);
            if (value is not null)
                write(to, value, table);
        };
    }

    private static ReadMessage<T> Reader<T>(MessageFormats formats, ConstructorInfo constructor, PropertyInfo[] given, PropertyInfo[] set)
    {
        var (from, table) = (Expression.Parameter(typeof(PayloadReader).MakeByRefType()), Expression.Parameter(typeof(ILinkTable)));
        Expression Value(PropertyInfo property) => IsLocal(property)
            ? Expression.Default(property.PropertyType)
            : Expression.Invoke(Expression.Constant(formats.Of(property.PropertyType).Reader), from, table);
        var made = Expression.MemberInit(Expression.New(constructor, given.Select(Value)), set.Select(property => Expression.Bind(property, Value(property))));
        var read = Expression.Lambda<ReadMessage<T>>(made, from, table).Compile();
        return typeof(T).IsValueType ? read : (ref from, table) => from.Byte() == 0 ? default! : read(ref from, table);
    }
}
