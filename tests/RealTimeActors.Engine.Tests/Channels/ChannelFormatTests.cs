using System.Runtime.InteropServices;
using System.Text;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Engine.States;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Channels;

/// <summary>What a channel's rows and snapshots hold, of this version and of those before it.</summary>
public sealed class ChannelFormatTests
{
    [Fact]
    public void A_row_without_mutations_is_written_as_it_always_was()
    {
        var row = Row("e1", [Event(1)]);

        // Version 1, "e1", no id and no producer, type "t", time 5, priority normal, five absent texts, no time to live.
        Assert.Equal([1, 3, (byte)'e', (byte)'1', 0, 2, (byte)'t', 5, 2, 0, 0, 0, 0, 0, 0], row[..15]);
        Assert.Equal("1", Encoding.UTF8.GetString(Assert.Single(Read(row, 1)).Event.Data.Span));
    }

    [Theory]
    [InlineData("e1-1")]
    [InlineData("e1-2")]
    [InlineData("e1-01")]
    [InlineData("e1-1x")]
    [InlineData("e1-")]
    [InlineData("e11")]
    [InlineData("E1-1")]
    [InlineData("")]
    public void Every_id_comes_back_also_one_that_looks_like_what_the_channel_would_give(string id)
    {
        var stored = Event(1);
        var row = Row("e1", [stored with { Event = stored.Event with { Id = id } }]);

        Assert.Equal(id, Assert.Single(Read(row, 1)).Event.Id);
        Assert.Equal(id == "e1-1" ? 0 : 1 + id.Length, row.Length - Row("e1", [stored with { Event = stored.Event with { Id = "e1-1" } }]).Length);
    }

    [Fact]
    public void A_row_is_written_where_it_lies_without_a_buffer_that_grows()
    {
        var one = Event(1);
        var full = one with
        {
            ProducerId = "producer",
            ProducerSequence = 1_000,
            Digest = new byte[16],
            Event = one.Event with { Key = "key", Source = "source", User = "user", CorrelationId = "correlation", Session = "session", TimeUnixMs = 1_795_255_200_000, Data = new byte[200] },
        };
        var row = ChannelFormat.WriteRow("e1", [.. Enumerable.Repeat(full, 256)]);

        Assert.True(MemoryMarshal.TryGetArray(row, out var lies));
        Assert.InRange(lies.Array!.Length, row.Length, row.Length * 1.25);
    }

    [Fact]
    public void A_mutation_comes_back_with_its_id_its_result_and_the_rules_that_it_names_for_the_first_time()
    {
        Assert.True(ConflictRules.TryCreate("max", [KeyValuePair.Create("a.b", "sum")], out var rules, out _));
        StoredEvent[] events =
        [
            Event(1),
            Event(2) with { Mutation = new StoredMutation("c:1", MutationResult.Merged, new byte[] { 1, 2 }) { FirstNamed = rules } },
            Event(3) with { Mutation = new StoredMutation(null, MutationResult.Superseded, default) },
        ];

        var row = Row("e1", events);
        var read = Read(row, 3);

        Assert.Equal(2, row[0]);
        Assert.Null(read[0].Mutation);
        var named = read[1].Mutation!;
        Assert.Equal(("c:1", MutationResult.Merged, rules.Text, rules.Digest), (named.MutationId, named.Result, named.FirstNamed!.Text, named.FirstNamed.Digest));
        Assert.Equal([1, 2], named.Digest.ToArray());
        Assert.Equal((null, MutationResult.Superseded, null), (read[2].Mutation!.MutationId, read[2].Mutation!.Result, read[2].Mutation!.FirstNamed));
    }

    [Fact]
    public void Rules_that_were_changed_in_the_log_are_found()
    {
        Assert.True(ConflictRules.TryCreate("max", [], out var rules, out _));
        var row = Row("e1", [Event(1) with { Mutation = new StoredMutation(null, MutationResult.Applied, default) { FirstNamed = rules } }]);
        var at = row.AsSpan().IndexOf("default max"u8) + "default m".Length;
        "in"u8.CopyTo(row.AsSpan(at));

        Assert.Contains("changed", Assert.Throws<InvalidDataException>(() => Read(row, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_of_a_channel_without_state_is_written_as_it_always_was_and_one_with_state_keeps_all_of_it()
    {
        var state = new ChannelState("e1");
        Assert.Equal(1, ChannelFormat.WriteSnapshot(state)[0]);
        var decision = StateDocument.Empty.Decide(
            new Mutation { Key = "k", Operation = MutationOperation.Set, Value = Encoding.UTF8.GetBytes("{\"n\":1}") }, ConflictRules.Default, new SortedDictionary<string, IMergeRule>(), StateLimits.Default, 5, 5);
        var stored = Event(1);
        state.Apply(stored with
        {
            Event = stored.Event with { Type = ServerTypes.State, Key = "k", User = "u1", Data = decision.EventData },
            Mutation = new StoredMutation("c:1", MutationResult.Applied, new byte[] { 1 }) { FirstNamed = ConflictRules.Default },
        });

        var snapshot = ChannelFormat.WriteSnapshot(state);
        var read = ChannelFormat.ReadSnapshot("e1", snapshot);

        Assert.Equal(2, snapshot[0]);
        Assert.True(read.Document.TryGet("k", out var entry));
        Assert.Equal((1L, "{\"n\":1}"), (entry.Version, Encoding.UTF8.GetString(entry.Value.Span)));
        Assert.Equal(1, read.Shared!.Mutations.Find("u1", "c:1")?.Offset);
        Assert.True(read.Shared.Rules.Contains(ConflictRules.Default));
        Assert.Equal(snapshot, ChannelFormat.WriteSnapshot(read));
    }

    private static StoredEvent Event(long offset) => new(
        new ChannelEvent
        {
            Channel = "a",
            Offset = offset,
            Id = ChannelFormat.DefaultId("e1", offset),
            Type = "t",
            TimeUnixMs = 5,
            Hash = new byte[ChannelFormat.HashBytes],
            Data = new[] { (byte)'1' },
        },
        new byte[ChannelFormat.SaltBytes],
        null,
        0,
        default);

    private static StoredEvent[] Read(byte[] row, int count) => ChannelFormat.ReadRow("a", new JournalRow(1, count, row), out _);

    private static byte[] Row(string epoch, IReadOnlyList<StoredEvent> events) => ChannelFormat.WriteRow(epoch, events).ToArray();
}
