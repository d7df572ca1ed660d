using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RealTimeActors.Benchmarks.Dialects;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Integrity;
using RealTimeActors.Protocol.Integrity.Hashing;

namespace RealTimeActors.Benchmarks.Integrity;

/// <summary>What hashing costs: a call of the library, eight messages at once, an event of one field and of eight, a run of a channel's events, and the tree over the heads of many channels.</summary>
internal static class HashBenchmark
{
    private const int Channels = 100_000;
    private const int EventsOfRun = 100;

    internal static int Run()
    {
        var hash = new byte[32];
        var salt = new byte[16];
        var messages = new byte[16 * Sha256Lanes.PaddedBytes(40)];
        int[] lengths = [.. Enumerable.Repeat(40, 16)];
        var hashes = new byte[16 * 32];
        for (var i = 0; i < messages.Length; i += Sha256Lanes.PaddedBytes(40))
            Sha256Lanes.Pad(messages.AsSpan(i, Sha256Lanes.PaddedBytes(40)), 40);

        var one = "{\"amount\":1200}"u8.ToArray();
        var eight = Encoding.ASCII.GetBytes("{" + string.Join(',', Enumerable.Range(0, 8).Select(i => $"\"field{i}\":{1_000_000 + i}")) + "}");
        var e = new ChannelEvent { Channel = "funding.grants", Offset = 12, Id = "k3-12", Type = "funding.grant_updated", TimeUnixMs = 1_795_255_200_000, User = "u1", Data = one };

        Say("SHA-256 of 40 bytes, the library", () => SHA256.HashData(messages.AsSpan(0, 40), hash));
        Say("the same with an object that is kept", () => Sha256.HashByFramework(messages.AsSpan(0, 40), hash));
        Say("the same by OpenSSL's own function, where it is", () => Sha256.Hash(messages.AsSpan(0, 40), hash));
        Say("SHA-256 of 250 bytes, the same way", () => Sha256.Hash(messages.AsSpan(0, 250), hash));
        Say("SHA-256 of 40 bytes, sixteen at a time, each", () => Sha256Lanes.HashMany(messages, lengths, hashes), per: 16);
        Say("the same, eight at a time, each", () => Sha256Lanes.HashMany(messages.AsSpan(0, 8 * Sha256Lanes.PaddedBytes(40)), lengths.AsSpan(0, 8), hashes), per: 8);
        Say("the same, four at a time, each", () => Sha256Lanes.HashMany(messages.AsSpan(0, 4 * Sha256Lanes.PaddedBytes(40)), lengths.AsSpan(0, 4), hashes), per: 4);
        Say("commitment to an object of one field", () => EventHash.Commit(one, salt, hash));
        Say("commitment to an object of eight fields", () => EventHash.Commit(eight, salt, hash));
        ReadOnlyMemory<byte>[] ones = [.. Enumerable.Repeat((ReadOnlyMemory<byte>)one, 32)], eights = [.. Enumerable.Repeat((ReadOnlyMemory<byte>)eight, 32)], salts = [.. Enumerable.Repeat((ReadOnlyMemory<byte>)salt, 32)];
        var commitments = new byte[32 * 32];
        Say("the same of one field, with 31 others", () => EventHash.CommitMany(ones, salts, commitments), per: 32);
        Say("the same of eight fields, with 31 others", () => EventHash.CommitMany(eights, salts, commitments), per: 32);
        Say("hash of an event", () => EventHash.Compute(e, "k3", hash, hash, hash));
        var data = Payload.Template(200, 8);
        var chance = new Random(20261123);
        Run($"a run of {EventsOfRun} events of eight fields, each", [.. Enumerable.Repeat(data, EventsOfRun)], salt);
        Run("the same, names in no order, values of any length", [.. Enumerable.Range(0, EventsOfRun).Select(_ => Unordered(chance))], salt);
        Tree();
        return 0;
    }

    /// <summary>What a channel does with the publishes of <c>w5-1000 --fields 8</c> that come at one go.</summary>
    private static void Run(string what, byte[][] data, byte[] salt)
    {
        var hashes = new byte[EventsOfRun + 1][];
        Array.Fill(hashes, new byte[EventHash.Bytes], 0, 1);
        var events = new ChannelEvent[EventsOfRun];
        for (var i = 0; i < EventsOfRun; i++)
        {
            hashes[i + 1] = new byte[EventHash.Bytes];
            events[i] = new ChannelEvent { Channel = "bench.w5-1000.0", Offset = 1_000_000 + i, Id = $"0123456789-{1_000_000 + i}", Type = "message", TimeUnixMs = 1_795_255_200_000, User = "anonymous", Data = data[i].ToArray() };
        }

        var seals = new EventSeals();
        Say(what, () =>
        {
            for (var i = 0; i < EventsOfRun; i++) seals.Add(events[i], "0123456789", salt, hashes[i], hashes[i + 1]);
            seals.Seal();
        }, per: EventsOfRun);
    }

    /// <summary>An object of eight short fields, most of them texts, some numbers, as long as the others in the mean.</summary>
    private static byte[] Unordered(Random chance)
    {
        string[] names = ["f03", "f00", "f06", "f01", "f07", "f02", "f05", "f04"];
        return Encoding.ASCII.GetBytes($"{{{string.Join(',', names.Select((name, i) => i % 4 == 0 ? $"\"{name}\":{chance.Next()}" : $"\"{name}\":\"{new string('x', chance.Next(5, 30))}\""))}}}");
    }

    private static void Tree()
    {
        var tree = new HeadTree();
        var number = 0;
        Time($"tree over {Channels} channels, all of them new", tree, Heads(0, Channels, 1), ++number);
        Time("1,000 of them have moved", tree, Heads(0, Channels, 100), ++number);
        Time("1,000 more are new", tree, Heads(Channels, Channels + 1_000, 1), ++number);
    }

    private static CheckpointHead[] Heads(int from, int to, int step) =>
    [
        .. Enumerable.Range(0, (to - from) / step)
            .Select(i => new CheckpointHead($"c{((from + (i * step)) * 7_919L) % 1_000_003:0000000}", "k3", 1, new byte[32], 1, new byte[32]))
            .OrderBy(head => head.Channel, StringComparer.Ordinal),
    ];

    private static void Time(string what, HeadTree tree, CheckpointHead[] moved, long number)
    {
        var began = Stopwatch.GetTimestamp();
        tree.Move(moved, number);
        tree.Root();
        Console.WriteLine($"{what,-55} {Stopwatch.GetElapsedTime(began).TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture),10} ms");
    }

    private static void Say(string what, Action work, int per = 1)
    {
        for (var i = 0; i < 20_000; i++) work();

        var best = double.MaxValue;
        for (var run = 0; run < 7; run++)
        {
            // The processor's time, not the clock's: what else runs here takes less part in it.
            var began = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < 100_000 / per; i++) work();

            best = Math.Min(best, (Environment.CpuUsage.TotalTime - began).TotalNanoseconds / (100_000 / per * per));
        }

        Console.WriteLine($"{what,-55} {best.ToString("0", CultureInfo.InvariantCulture),10} ns");
    }
}
