using System.Buffers;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RealTimeActors.Protocol.Integrity;
using RealTimeActors.Protocol.Integrity.Commitments;
using RealTimeActors.Protocol.Integrity.Hashing;

namespace RealTimeActors.Protocol.Tests.Integrity;

/// <summary>Commitments to many events together, in lanes or not, are those to each by itself, and what PROTOCOL.md says.</summary>
public sealed class CommitManyTests
{
    [Fact]
    public void Many_events_are_committed_to_as_each_by_itself()
    {
        var chance = new Random(20261121);
        string[] kinds = ["1", "\"text\"", "[]", "{}", """{"a":{"b":[1,"}"]},"":7}""", """{"b\"c":null,"a":"\\"}"""];
        for (var i = 0; i < 200; i++)
        {
            var texts = Enumerable.Range(0, chance.Next(80)).Select(_ => chance.Next(3) switch
            {
                0 => kinds[chance.Next(kinds.Length)],
                1 => $"{{{string.Join(',', Enumerable.Range(0, chance.Next(12)).Select(n => $"\"f{99 - n}\":{n}"))}}}",
                _ => $"{{{string.Join(',', Enumerable.Range(0, chance.Next(400)).Select(n => $"\"f{n}\":\"{new string('v', chance.Next(90))}\""))}}}",
            });
            AssertCommitted([.. texts]);
        }
    }

    [Fact]
    public void Events_of_one_shape_are_committed_to_as_each_by_itself()
    {
        var chance = new Random(20261123);
        for (var i = 0; i < 400; i++)
        {
            // The same names in the same order, and values of any kind; now and then one differs: in a name, in the order, in a value that is no plain one.
            var names = Enumerable.Range(0, chance.Next(1, 40)).Select(n => $"{new string('n', chance.Next(20) == 0 ? 30 : chance.Next(8))}{n}").ToArray();
            chance.Shuffle(names);
            var valueMax = i % 2 == 0 ? 12 : 70;
            var unlike = i % 4 < 2 ? 0 : 8;
            var texts = Enumerable.Range(0, chance.Next(1, 50)).Select(_ =>
            {
                var members = names.Select(name => $"\"{name}\":{Value(chance, chance.Next(100) < unlike / 4 ? 5 : chance.Next(4), valueMax)}").ToArray();
                switch (chance.Next(100) < unlike ? chance.Next(5) : -1)
                {
                    case 0: chance.Shuffle(members); break;
                    case 1: members = members[1..]; break;
                    case 2: members = [.. members, "\"other\":1"]; break;
                    case 3: members[0] = "\"\\u0041\":0"; break;
                    case 4: members = ["\"\":0", .. members]; break;
                }

                return $"{{{string.Join(',', members)}}}";
            }).ToArray();

            AssertCommitted(texts);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void Fields_about_as_long_as_a_block_are_committed_to_as_each_by_itself(int more)
    {
        // Salt, length, name and value of 55 bytes are one block with what they are padded with.
        for (var name = 1; name <= 32; name++)
        {
            for (var events = 1; events <= 20; events++)
                AssertCommitted([.. Enumerable.Range(0, events).Select(n => $"{{\"{new string('n', name)}\":\"{new string('v', 33 + more - name)}\",\"x\":{n}}}")]);
        }
    }

    [Theory]
    [InlineData("""{"a":1,"cc":"x, y","b":true,"d":"z"}""")]
    [InlineData("""{"":1}""")]
    public void What_is_no_JSON_is_taken_or_refused_as_it_is_by_itself(string text)
    {
        // Behind an object of the same shape, and before one; with one like it, and with so many that each has a lane.
        var data = Encoding.UTF8.GetBytes(text);
        for (var at = 0; at <= data.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                if (at < data.Length)
                    AssertAsAlone(data, [.. data[..at], (byte)value, .. data[(at + 1)..]]);

                AssertAsAlone(data, [.. data[..at], (byte)value, .. data[at..]]);
            }

            if (at < data.Length)
                AssertAsAlone(data, [.. data[..at], .. data[(at + 1)..]]);
        }
    }

    [Fact]
    public void A_value_is_not_taken_for_a_field_of_the_same_text()
    {
        // The commitment to 7 is one to a field without a name; so would be that to an object with such a field, if its brace were not looked at.
        var forged = new byte[2 * EventHash.Bytes];

        EventHash.CommitMany(["""{"":1}"""u8.ToArray(), "x\"\":7}"u8.ToArray()], [new byte[EventHash.SaltBytes], new byte[EventHash.SaltBytes]], forged);

        Assert.NotEqual(Committed("7", new byte[EventHash.SaltBytes]), forged[EventHash.Bytes..]);
    }

    [Theory]
    [InlineData("""{"a":1}x,"b":2}""")]
    [InlineData("""{"a":1"x,"b":2}""")]
    [InlineData("""{"a":"x"y,"b":2}}""")]
    [InlineData("""{"a":1,"b":2}}""")]
    public void What_is_no_object_is_refused_whatever_else_is_in_the_batch(string text)
    {
        // Where there are many fields already, there is no room to look for quotes only.
        var data = Encoding.UTF8.GetBytes(text);
        var other = "{\"a\":1,\"b\":2}"u8.ToArray();
        for (var before = 0; before < 200; before += 1 + before)
            Assert.Empty(Commitments([Encoding.UTF8.GetBytes($"{{{string.Join(',', Enumerable.Range(0, before).Select(n => $"\"f{n}\":{n}"))}}}"), other, data]));
    }

    [Fact]
    public void What_an_event_throws_leaves_nothing_behind()
    {
        byte[][] data = ["""{"a":1}"""u8.ToArray(), """{"a":2}"""u8.ToArray(), "{\"a\":"u8.ToArray()];
        var salts = data.Select(_ => new ReadOnlyMemory<byte>(new byte[EventHash.SaltBytes])).ToArray();
        for (var i = 0; i < 3; i++)
        {
            Assert.Throws<InvalidDataException>(() => EventHash.CommitMany(Array.ConvertAll(data, each => new ReadOnlyMemory<byte>(each)), salts, new byte[data.Length * EventHash.Bytes]));
            AssertCommitted("""{"b":1}""", """{"b":2}""");
        }
    }

    [Fact]
    public void Eight_lanes_and_sixteen_commit_to_any_number_of_events()
    {
        if (!EightLanes.IsSupported)
            return;

        for (var events = 1; events <= 20; events++)
        {
            for (var fields = 1; fields <= 70; fields += 1 + (fields / 4))
            {
                var texts = Enumerable.Range(0, events).Select(n => $"{{{string.Join(',', Enumerable.Range(0, fields).Select(field => $"\"f{field:00}\":{n}"))}}}").ToArray();
                InLanes<Vector256<uint>, EightLanes>(texts);
                if (SixteenLanes.IsSupported)
                    InLanes<Vector512<uint>, SixteenLanes>(texts);
            }
        }
    }

    private static string Value(Random chance, int kind, int lengthMax) => kind switch
    {
        0 => new string('7', chance.Next(1, 40)),
        1 => chance.Next(2) == 0 ? "true" : "null",
        2 => $"\"{new string('v', chance.Next(lengthMax))}\"",
        3 => $"\"{new string(':', chance.Next(3))},{new string('}', chance.Next(3))}\"",
        _ => chance.Next(3) switch { 0 => "[1,\"]\"]", 1 => "{\"a\":{}}", _ => "\"\\\"\\\\\"" },
    };

    private static void AssertCommitted(params string[] texts)
    {
        var data = Array.ConvertAll(texts, text => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(text)));
        var salts = data.Select((_, n) => new ReadOnlyMemory<byte>(Salt(n))).ToArray();
        var commitments = new byte[data.Length * EventHash.Bytes];

        EventHash.CommitMany(data, salts, commitments);

        for (var n = 0; n < data.Length; n++)
            Assert.True(Committed(texts[n], Salt(n)).AsSpan().SequenceEqual(commitments.AsSpan(n * EventHash.Bytes, EventHash.Bytes)), texts[n]);
    }

    private static void AssertAsAlone(byte[] data, byte[] changed)
    {
        var alone = Commitments([changed]);
        ReadOnlyMemory<byte>[][] batches = [[data, changed], [changed, data], [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(data, 7), changed], [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(changed, 8)]];
        foreach (var batch in batches)
        {
            var commitments = Commitments(batch);
            var at = batch.AsSpan().IndexOf(changed);
            Assert.True(alone.AsSpan().SequenceEqual(commitments.Length == 0 ? [] : commitments.AsSpan(at * EventHash.Bytes, EventHash.Bytes)), Encoding.Latin1.GetString(changed));
        }
    }

    /// <summary>All with the same salt; empty: they are refused.</summary>
    private static byte[] Commitments(ReadOnlyMemory<byte>[] data)
    {
        var commitments = new byte[data.Length * EventHash.Bytes];
        try
        {
            EventHash.CommitMany(data, [.. data.Select(_ => new ReadOnlyMemory<byte>(Salt(0)))], commitments);
            return commitments;
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

    private static void InLanes<TVector, TLanes>(string[] texts)
        where TVector : unmanaged
        where TLanes : ILanes<TVector>
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(texts) + new string('\0', ObjectFields.SlackBytes));
        var fields = ArrayPool<ObjectField>.Shared.Rent(1);
        var (start, count) = (0, 0);
        foreach (var each in texts)
        {
            count += ObjectFields.Find(text, start, each.Length, new int[ObjectFields.QuotesMax], ref fields, count);
            start += each.Length;
        }

        var commitments = new byte[texts.Length * EventHash.Bytes];
        CommitLanes.Commit<TVector, TLanes>([.. texts.SelectMany((_, n) => Salt(n))], text, fields.AsSpan(0, count), commitments);

        for (var n = 0; n < texts.Length; n++)
            Assert.Equal(Committed(texts[n], Salt(n)), commitments.AsSpan(n * EventHash.Bytes, EventHash.Bytes).ToArray());
    }

    private static byte[] Salt(int n) => [.. Enumerable.Range(0, EventHash.SaltBytes).Select(i => (byte)(n + i))];

    /// <summary>The commitment as PROTOCOL.md describes it, by nothing of what is tested.</summary>
    private static byte[] Committed(string text, byte[] salt)
    {
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var isObject = text[0] == '{';
        if (isObject)
        {
            foreach (var (name, value) in Members(Encoding.UTF8.GetBytes(text)))
                fields.Add(name, value);
        }
        else
        {
            fields.Add("", text);
        }

        var hashes = fields.Select((field, i) =>
        {
            var derived = SHA256.HashData([.. "realtime.v1.salt"u8, .. salt, 0, 0, 0, (byte)(i / 2)]);
            var (name, value) = (Encoding.UTF8.GetBytes(field.Key), Encoding.UTF8.GetBytes(field.Value));
            return SHA256.HashData([.. derived[(i % 2 * 16)..((i % 2 * 16) + 16)], 0, 0, (byte)(name.Length >> 8), (byte)name.Length, .. name, .. value]);
        });
        return SHA256.HashData([(byte)(isObject ? 1 : 0), .. hashes.SelectMany(hash => hash)]);
    }

    /// <summary>Names as they stand there, with their escapes, and values.</summary>
    private static List<(string Name, string Value)> Members(byte[] text)
    {
        var members = new List<(string, string)>();
        var reader = new Utf8JsonReader(text);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Encoding.UTF8.GetString(reader.ValueSpan);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            members.Add((name, Encoding.UTF8.GetString(text[start..(int)reader.BytesConsumed])));
        }

        return members;
    }
}
