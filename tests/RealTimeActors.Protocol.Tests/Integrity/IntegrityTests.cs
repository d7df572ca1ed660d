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
    public void Many_events_are_committed_to_as_each_by_itself()
    {
        var chance = new Random(20261121);
        string[] kinds = ["1", "\"text\"", "[]", "{}", """{"a":{"b":[1,"}"]},"":7}""", """{"b\"c":null,"a":"\\"}"""];
        for (var i = 0; i < 200; i++)
        {
            var data = Enumerable.Range(0, chance.Next(80)).Select(_ => chance.Next(3) switch
            {
                0 => kinds[chance.Next(kinds.Length)],
                1 => $"{{{string.Join(',', Enumerable.Range(0, chance.Next(12)).Select(n => $"\"f{99 - n}\":{n}"))}}}",
                _ => $"{{{string.Join(',', Enumerable.Range(0, chance.Next(400)).Select(n => $"\"f{n}\":\"{new string('v', chance.Next(90))}\""))}}}",
            }).Select(text => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(text))).ToArray();
            var salts = data.Select((_, n) => new ReadOnlyMemory<byte>([.. Enumerable.Repeat((byte)n, EventHash.SaltBytes)])).ToArray();
            var commitments = new byte[data.Length * EventHash.Bytes];

            EventHash.CommitMany(data, salts, commitments);

            for (var n = 0; n < data.Length; n++)
                Assert.Equal(Commit(Encoding.UTF8.GetString(data[n].Span), (byte)n), commitments.AsSpan(n * EventHash.Bytes, EventHash.Bytes).ToArray());
        }
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
