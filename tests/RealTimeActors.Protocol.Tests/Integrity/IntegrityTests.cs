using System.Text;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Integrity;
using RealTimeActors.Protocol.Tests.Codecs;

namespace RealTimeActors.Protocol.Tests.Integrity;

public class IntegrityTests
{
    [Fact]
    public void The_order_of_the_fields_does_not_change_the_commitment_and_everything_else_does()
    {
        var one = Commit("""{"b":1,"a":"x"}""", 1);

        Assert.Equal(one, Commit("""{"a":"x","b":1}""", 1));

        string[] others = ["""{"b":1,"a":"y"}""", """{"b":1,"A":"x"}""", """{"b":1}""", """{"b":1,"a":"x","c":0}""", "1", "{}", "[]"];
        Assert.All(others, other => Assert.NotEqual(one, Commit(other, 1)));
        Assert.NotEqual(one, Commit("""{"b":1,"a":"x"}""", 2));
    }

    [Fact]
    public void Objects_of_any_size_are_committed_to()
    {
        foreach (var count in new[] { 1, 31, 32, 33, 34, 1000 })
        {
            var fields = Enumerable.Range(0, count).Select(i => $"\"f{i}\":\"{new string('v', i)}\"").ToList();
            var forward = Commit($"{{{string.Join(',', fields)}}}", 1);
            fields.Reverse();

            Assert.Equal(forward, Commit($"{{{string.Join(',', fields)}}}", 1));
        }
    }

    [Fact]
    public void Hashes_of_events_that_follow_each_other_are_those_of_each_by_itself()
    {
        var chance = new Random(20261124);
        for (var i = 0; i < 200; i++)
        {
            // Mostly of one log and short; some of another, and some too long to be hashed with others. Every other time all are short: then many follow each other.
            var isShort = i % 2 == 0;
            var events = Enumerable.Range(0, chance.Next(1, 150)).Select(n => new ChannelEvent
            {
                Channel = isShort || chance.Next(20) > 0 ? "c" : new string('c', chance.Next(1, 300)),
                Offset = n,
                Id = Text(chance, 60),
                Type = Text(chance, 60),
                TimeUnixMs = chance.NextInt64(),
                User = chance.Next(2) == 0 ? null : Text(chance, 40),
                Key = isShort || chance.Next(8) > 0 ? null : Text(chance, 200),
                Source = isShort || chance.Next(20) > 0 ? null : Text(chance, 1_000),
                Priority = (Priority)chance.Next(4),
                Data = default,
            }).ToArray();
            var commitments = new byte[events.Length * EventHash.Bytes];
            chance.NextBytes(commitments);
            var hashes = events.Select(_ => new byte[EventHash.Bytes]).Prepend(new byte[EventHash.Bytes]).ToArray();

            EventHash.ComputeMany([.. events.Select((e, n) => new ChainLink(e, n < 30 ? "k1" : "k2", hashes[n], hashes[n + 1]))], commitments);

            var hash = new byte[EventHash.Bytes];
            for (var n = 0; n < events.Length; n++)
            {
                EventHash.Compute(events[n], n < 30 ? "k1" : "k2", commitments.AsSpan(n * EventHash.Bytes, EventHash.Bytes), hashes[n], hash);
                Assert.Equal(hash, hashes[n + 1]);
            }
        }
    }

    [Theory]
    [InlineData("""{"a":1,"bb":"x, y","c":true}""")]
    [InlineData("""{"a":{"b":[1,"}"]},"c":7}""")]
    [InlineData("""{"b\"c":null,"a":"\\"}""")]
    [InlineData("{}")]
    public void No_byte_of_an_object_is_changed_dropped_or_added_unseen(string text)
    {
        var data = Encoding.UTF8.GetBytes(text);
        var whole = Commit(text, 1);

        // The order of the fields is free, and nothing else is.
        for (var at = 0; at <= data.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                if (at < data.Length && value != data[at])
                    Differs([.. data[..at], (byte)value, .. data[(at + 1)..]]);

                Differs([.. data[..at], (byte)value, .. data[at..]]);
            }

            if (at < data.Length)
                Differs([.. data[..at], .. data[(at + 1)..]]);
        }

        void Differs(byte[] changed)
        {
            var commitment = new byte[EventHash.Bytes];
            try
            {
                EventHash.Commit(changed, [.. Enumerable.Repeat((byte)1, EventHash.SaltBytes)], commitment);
            }
            catch (InvalidDataException)
            {
                return;
            }

            Assert.False(whole.AsSpan().SequenceEqual(commitment), Encoding.Latin1.GetString(changed));
        }
    }

    [Fact]
    public void Plain_objects_give_what_others_give()
    {
        // An empty array makes an object one that is not plain: what is found in it by the quotes alone, and byte by byte, is the same, and so are the commitments to its fields.
        var chance = new Random(20261123);
        var salt = new byte[EventHash.SaltBytes];
        for (var i = 0; i < 300; i++)
        {
            var fields = Enumerable.Range(0, chance.Next(1, 40)).Select(n => $"\"{new string((char)('a' + chance.Next(26)), chance.Next(12))}{n}\":{Value(chance)}").Append("\"~\":1").ToList();
            var plain = EventHash.Fields(Encoding.UTF8.GetBytes($"{{{string.Join(',', fields)}}}"), salt, out _);
            fields[^1] = "\"~\":[]";
            var other = EventHash.Fields(Encoding.UTF8.GetBytes($"{{{string.Join(',', fields)}}}"), salt, out _);

            Assert.Equal(other.Select(field => (field.Name, field.Value)).SkipLast(1), plain.Select(field => (field.Name, field.Value)).SkipLast(1));
            Assert.Equal(other.Select(field => Convert.ToHexString(field.Commitment())).SkipLast(1), plain.Select(field => Convert.ToHexString(field.Commitment())).SkipLast(1));
        }

        static string Value(Random chance) => chance.Next(4) switch
        {
            0 => "null",
            1 => $"{chance.Next()}",
            2 => "\"\"",
            _ => $"\"{new string(' ', chance.Next(70))},:\"",
        };
    }

    [Fact]
    public void Every_field_of_an_event_goes_into_its_hash()
    {
        var e = new RandomFrames(1).Event() with { User = "u", Key = "k", Source = "s", CorrelationId = "c", Priority = Priority.Normal, TimeUnixMs = 1, Offset = 1 };
        var hash = Hash(e, "k1", 0, 0);

        ChannelEvent[] others =
        [
            e with { Channel = "other" }, e with { Offset = 2 }, e with { Id = "other" }, e with { Type = "other" }, e with { TimeUnixMs = 2 },
            e with { User = "x" }, e with { User = null }, e with { Key = "x" }, e with { Source = "x" }, e with { CorrelationId = "x" },
            e with { Priority = Priority.High },
            e with { User = "k", Key = "u" },
        ];
        Assert.All(others, other => Assert.NotEqual(hash, Hash(other, "k1", 0, 0)));
        Assert.NotEqual(hash, Hash(e, "k2", 0, 0));
        Assert.NotEqual(hash, Hash(e, "k1", 1, 0));
        Assert.NotEqual(hash, Hash(e, "k1", 0, 1));
        Assert.Equal(hash, Hash(e with { Session = "other", Hash = new byte[32] }, "k1", 0, 0));
    }

    [Fact]
    public void The_digest_of_a_publish_tells_every_difference()
    {
        var digest = Digest("t", "1", null, Priority.Normal, null, null, null, 0);

        Assert.Equal(digest, Digest("t", "1", "", Priority.Normal, "", "", "", 0));
        byte[][] others =
        [
            Digest("u", "1", null, Priority.Normal, null, null, null, 0), Digest("t", "2", null, Priority.Normal, null, null, null, 0),
            Digest("t", "1", "k", Priority.Normal, null, null, null, 0), Digest("t", "1", null, Priority.Low, null, null, null, 0),
            Digest("t", "1", null, Priority.Normal, "k", null, null, 0), Digest("t", "1", null, Priority.Normal, null, "k", null, 0),
            Digest("t", "1", null, Priority.Normal, null, null, "k", 0), Digest("t", "1", null, Priority.Normal, null, null, null, 1),
            Digest("t", new string('1', 5000), null, Priority.Normal, null, null, null, 0),
        ];
        Assert.All(others, other => Assert.NotEqual(digest, other));
        Assert.Equal(others.Length, others.Select(Convert.ToHexString).Distinct().Count());
    }

    private static string Text(Random chance, int most) => new([.. Enumerable.Range(0, chance.Next(most)).Select(_ => chance.Next(30) > 0 ? 'a' : 'ü')]);

    private static byte[] Commit(string data, byte salt)
    {
        var commitment = new byte[EventHash.Bytes];
        EventHash.Commit(Encoding.UTF8.GetBytes(data), [.. Enumerable.Repeat(salt, EventHash.SaltBytes)], commitment);
        return commitment;
    }

    private static byte[] Hash(ChannelEvent e, string epoch, byte commitment, byte previous)
    {
        var hash = new byte[EventHash.Bytes];
        EventHash.Compute(e, epoch, Enumerable.Repeat(commitment, 32).ToArray(), Enumerable.Repeat(previous, 32).ToArray(), hash);
        return hash;
    }

    private static byte[] Digest(string type, string data, string? key, Priority priority, string? messageId, string? source, string? correlationId, long ttlMs)
    {
        var digest = new byte[PayloadDigest.Bytes];
        PayloadDigest.Compute(type, Encoding.UTF8.GetBytes(data), key, priority, messageId, source, correlationId, ttlMs, digest);
        return digest;
    }
}
