using System.Collections.Immutable;
using System.Linq.Expressions;
using RealTimeActors.Actors;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Engine.Nodes.Messages;

/// <summary>Numbers, texts, bytes, lists, actors and tags between nodes.</summary>
internal static class BasicFormats
{
    private static readonly int _actorKinds = System.Enum.GetValues<LinkKind>().Length;
    private static readonly MessageFormat<long> _long = new("i64", static (to, value, _) => to.Int64(value), static (ref from, _) => from.Int64());

    internal static IEnumerable<(Type Type, IMessageFormat Format)> All =>
    [
        Basic<bool>("bool", static (to, value, _) => to.Byte(value ? (byte)1 : (byte)0), static (ref from, _) => from.Byte() != 0),
        Basic<byte>("u8", static (to, value, _) => to.Byte(value), static (ref from, _) => from.Byte()),
        Basic<int>("int", static (to, value, _) => Signed(to, value), static (ref from, _) => checked((int)Signed(ref from))),
        Basic<long>("long", static (to, value, _) => Signed(to, value), static (ref from, _) => Signed(ref from)),
        Basic<double>("f64", static (to, value, _) => to.Int64(BitConverter.DoubleToInt64Bits(value)), static (ref from, _) => BitConverter.Int64BitsToDouble(from.Int64())),
        Basic<TimeSpan>("ticks", static (to, value, _) => to.Int64(value.Ticks), static (ref from, _) => new TimeSpan(from.Int64())),
        Basic<string>("text", static (to, value, _) => to.Text(value), static (ref from, _) => from.Text()!),
        Basic<ReadOnlyMemory<byte>>("bytes", static (to, value, _) => to.Bytes(value.Span), static (ref from, _) => from.Bytes()),
        Basic<byte[]>("bytes", static (to, value, _) => to.Bytes(value), static (ref from, _) => from.Bytes().ToArray()),
        Basic<object>("tag", static (to, value, table) => WriteTag(to, value, table), static (ref from, table) => ReadTag(ref from, table)!),
        Basic<IActorRef>("actor", static (to, value, table) => WriteActor(to, value, null, table), static (ref from, table) => ReadActor(ref from, table)!),
        Basic<IActorRef<object>>("actor", static (to, value, table) => WriteActor(to, value, value is null ? null : value.Tell, table), static (ref from, table) => ReadActor(ref from, table)!),
    ];

    internal static MessageFormat<IActorRef<T>> Actor<T>()
        where T : class =>
        new(
            "actor",
            static (to, value, table) => WriteActor(to, value, TellOf(value), table),
            static (ref from, table) => ReadActor(ref from, table)!);

    /// <summary>One that takes everything may be known by several types: it is told as itself.</summary>
    private static Action<object>? TellOf<T>(IActorRef<T>? actor)
        where T : class =>
        actor switch
        {
            null => null,
            IActorRef<object> any => any.Tell,
            _ => message => actor.Tell((T)message),
        };

    internal static MessageFormat<IReadOnlyList<T>> List<T>(MessageFormats formats)
    {
        var item = formats.Of<T>();
        return new(
            $"[{item.Shape}]",
            (to, values, table) =>
            {
                to.Varint(values is null ? 0 : values.Count + 1L);
                for (var i = 0; i < (values?.Count ?? 0); i++)
                    item.Write(to, values![i], table);
            },
            (ref from, table) =>
            {
                var count = from.Varint() - 1;
                if (count < 0)
                    return null!;

                // The count is not believed before there are so many: each item has a byte at least.
                var values = new List<T>((int)Math.Min(count, 1_024));
                for (var i = 0L; i < count; i++)
                    values.Add(item.Read(ref from, table));

                return values;
            });
    }

    /// <summary>As a list, which it is on the other side.</summary>
    internal static MessageFormat<IReadOnlyCollection<T>> Collection<T>(MessageFormats formats)
    {
        var list = formats.Of<IReadOnlyList<T>>();
        return new(list.Shape, (to, values, table) => list.Write(to, values is null ? null! : [.. values], table), (ref from, table) => list.Read(ref from, table));
    }

    internal static MessageFormat<T?> Nullable<T>(MessageFormats formats)
        where T : struct
    {
        var of = formats.Of<T>();
        return new(
            $"{of.Shape}?",
            (to, value, table) =>
            {
                to.Byte(value.HasValue ? (byte)1 : (byte)0);
                if (value is { } there)
                    of.Write(to, there, table);
            },
            (ref from, table) => from.Byte() == 0 ? null : of.Read(ref from, table));
    }

    internal static MessageFormat<ImmutableSortedDictionary<TKey, TValue>> Sorted<TKey, TValue>(MessageFormats formats)
        where TKey : notnull
    {
        var (key, value) = (formats.Of<TKey>(), formats.Of<TValue>());
        return new(
            $"{{{key.Shape}:{value.Shape}}}",
            (to, entries, table) =>
            {
                to.Varint(entries.Count);
                foreach (var entry in entries)
                {
                    key.Write(to, entry.Key, table);
                    value.Write(to, entry.Value, table);
                }
            },
            (ref from, table) =>
            {
                var entries = ImmutableSortedDictionary.CreateBuilder<TKey, TValue>();
                for (var left = from.Varint(); left > 0; left--)
                    entries[key.Read(ref from, table)] = value.Read(ref from, table);

                return entries.ToImmutable();
            });
    }

    internal static MessageFormat<T> Enum<T>()
        where T : struct, Enum
    {
        var value = Expression.Parameter(typeof(T));
        var number = Expression.Parameter(typeof(long));
        var toNumber = Expression.Lambda<Func<T, long>>(Expression.Convert(value, typeof(long)), value).Compile();
        var ofNumber = Expression.Lambda<Func<long, T>>(Expression.Convert(number, typeof(T)), number).Compile();
        return new(
            $"{typeof(T).Name}({string.Join('|', System.Enum.GetNames<T>())})",
            (to, one, _) => Signed(to, toNumber(one)),
            (ref from, _) => ofNumber(Signed(ref from)));
    }

    private static (Type Type, IMessageFormat Format) Basic<T>(string shape, WriteMessage<T> write, ReadMessage<T> read) => (typeof(T), new MessageFormat<T>(shape, write, read));

    /// <summary>Small numbers of either sign in few bytes: zigzag, with eight bytes for those that are too long for it.</summary>
    private static void Signed(PayloadWriter to, long value)
    {
        if (value is > long.MinValue / 4 and < long.MaxValue / 4)
        {
            to.Varint(((value << 1) ^ (value >> 63)) + 1);
        }
        else
        {
            to.Varint(0);
            _long.Write(to, value, null!);
        }
    }

    private static long Signed(ref PayloadReader from)
    {
        var number = from.Varint();
        return number == 0 ? _long.Read(ref from, null!) : --number >> 1 ^ -(number & 1);
    }

    private static void WriteTag(PayloadWriter to, object? tag, ILinkTable table)
    {
        if (tag is null)
        {
            to.Byte(0);
            return;
        }

        var (number, isOurs) = table.NumberOfTag(tag);
        to.Byte(isOurs ? (byte)1 : (byte)2);
        to.Varint(number);
    }

    /// <summary>What is theirs who wrote it is not ours, and the other way round.</summary>
    private static object? ReadTag(ref PayloadReader from, ILinkTable table) => from.Byte() switch
    {
        0 => null,
        1 => table.TagOf(from.Varint(), isOurs: false),
        2 => table.TagOf(from.Varint(), isOurs: true),
        var other => throw new InvalidDataException($"A tag begins with 0, 1 or 2; this one with {other}."),
    };

    private static void WriteActor(PayloadWriter to, IActorRef? actor, Action<object>? tell, ILinkTable table)
    {
        if (actor is null)
        {
            to.Byte(0);
            return;
        }

        var address = table.AddressOf(actor, tell);
        to.Byte((byte)(1 + ((int)address.Owner * _actorKinds) + (int)address.Kind));
        to.Varint(address.Number);
        if (address.Owner == LinkOwner.Third)
            to.Text(address.Node);
    }

    private static IActorRef<object>? ReadActor(ref PayloadReader from, ILinkTable table)
    {
        var how = from.Byte() - 1;
        if (how < 0)
            return null;

        var owner = (LinkOwner)(how / _actorKinds) switch
        {
            LinkOwner.Ours => LinkOwner.Theirs,
            LinkOwner.Theirs => LinkOwner.Ours,
            LinkOwner.Third => LinkOwner.Third,
            _ => throw new InvalidDataException($"An actor's address begins with 0 to {3 * _actorKinds}; this one with {how + 1}."),
        };
        var number = from.Varint();
        return table.ActorAt(new LinkAddress(owner, (LinkKind)(how % _actorKinds), number, owner == LinkOwner.Third ? from.Text() : null));
    }
}
