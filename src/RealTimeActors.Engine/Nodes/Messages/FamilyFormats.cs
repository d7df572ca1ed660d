using System.Reflection;

namespace RealTimeActors.Engine.Nodes.Messages;

/// <summary>Families of records between nodes: an abstract record and those that are written inside it. The place of the one among the others, by name, and then itself.</summary>
internal static class FamilyFormats
{
    internal static IMessageFormat Of(MessageFormats formats, Type family) =>
        (IMessageFormat)typeof(FamilyFormats).GetMethod(nameof(Make), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(family).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [formats], null)!;

    private static MessageFormat<T> Make<T>(MessageFormats formats)
    {
        var types = typeof(T).GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic)
            .Where(type => type.IsSubclassOf(typeof(T)) && !type.IsAbstract)
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .ToArray();
        if (types.Length is 0 or > 250)
            throw formats.Unsupported($"{typeof(T)} has {types.Length} records inside it: 1 to 250 make a family. Write a format for it");

        var members = types.Select(type => (IMember<T>)Activator.CreateInstance(typeof(Member<,>).MakeGenericType(typeof(T), type), BindingFlags.DoNotWrapExceptions | BindingFlags.Public | BindingFlags.Instance, null, [formats], null)!).ToArray();
        var placeOf = types.Select((type, place) => (type, place)).ToDictionary(pair => pair.type, pair => (byte)(pair.place + 1));
        return new(
            $"{typeof(T).Name}<{string.Join('|', members.Select(member => member.Shape))}>",
            (to, value, table) =>
            {
                var place = value is null ? (byte)0 : placeOf[value.GetType()];
                to.Byte(place);
                if (place > 0)
                    members[place - 1].Write(to, value, table);
            },
            (ref from, table) => from.Byte() switch
            {
                0 => default!,
                var place when place <= members.Length => members[place - 1].Read(ref from, table),
                var place => throw new InvalidDataException($"{typeof(T).Name} has {members.Length} kinds; {place} is none of them."),
            });
    }

    private interface IMember<T>
    {
        string Shape { get; }

        WriteMessage<T> Write { get; }

        ReadMessage<T> Read { get; }
    }

    private sealed class Member<T, TMember> : IMember<T>
        where TMember : class, T
    {
        public Member(MessageFormats formats)
        {
            var format = formats.Of<TMember>();
            Shape = format.Shape;
            Write = (to, value, table) => format.Write(to, (TMember)value!, table);
            Read = (ref from, table) => format.Read(ref from, table);
        }

        public string Shape { get; }

        public WriteMessage<T> Write { get; }

        public ReadMessage<T> Read { get; }
    }
}
