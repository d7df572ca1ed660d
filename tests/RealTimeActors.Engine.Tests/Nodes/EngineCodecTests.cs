using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Engine.Nodes;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Engine.Relays;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Integrity;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Nodes;

public sealed class EngineCodecTests
{
    private static readonly object _tag = new();
    private static readonly Nobody _actor = new();

    public static TheoryData<Type> Messages => [.. EngineCodec.Instance.Families.SelectMany(Samples.KindsOf)];

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_message_is_read_as_it_was_written(Type type)
    {
        var table = new TwoTables();
        var message = new Samples(_actor, _tag).Of(type);

        var bytes = Written(message, table);
        var read = EngineCodec.Instance.Read(bytes, table);

        Assert.Equal(type, read.GetType());
        Same(message, read, type.Name);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_message_is_read_as_it_was_written_also_with_nothing_in_it_that_need_not_be_there(Type type)
    {
        var table = new TwoTables();
        var message = new Samples(_actor, _tag, isSparse: true).Of(type);

        Same(message, EngineCodec.Instance.Read(Written(message, table), table), type.Name);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void What_is_asked_of_a_shard_and_answered_once_may_be_passed_on_by_who_has_lost_it_and_says_its_tag_first(Type type)
    {
        var table = new TwoTables();
        var message = new Samples(_actor, _tag).Of(type);
        Written(message, table);

        // What is relayed is asked of a node, whatever shards it has.
        var isAsked = type.GetProperty("Tag") is not null && type.GetProperty("ReplyTo") is not null && !type.IsSubclassOf(typeof(RelayCommand));
        Assert.True(!isAsked || EngineCodec.Instance.MayBePassedOn(message), $"{type.Name} is refused where it could be passed on.");
        if (EngineCodec.Instance.MayBePassedOn(message))
            Assert.Equal([0], table.ActorsBeforeTags);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_that_ends_early_is_damaged_and_nothing_worse(Type type)
    {
        var table = new TwoTables();
        var bytes = Written(new Samples(_actor, _tag).Of(type), table);

        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            Assert.Throws<InvalidDataException>(() => EngineCodec.Instance.Read(cut, table));
        }
    }

    [Fact]
    public void A_run_that_is_told_to_two_edges_of_a_node_goes_over_once_and_is_one_there()
    {
        var table = new TwoTables();
        var fanout = (ChannelReply.Fanout)new Samples(_actor, _tag).Of(typeof(ChannelReply.Fanout));

        var (first, second) = (Written(fanout, table), Written(fanout, table));
        var (one, other) = ((ChannelReply.Fanout)EngineCodec.Instance.Read(first, table), (ChannelReply.Fanout)EngineCodec.Instance.Read(second, table));

        Assert.True(second.Length < 40, $"{second.Length} bytes");
        Assert.Same(one.Run, other.Run);
    }

    [Fact]
    public void News_of_a_channel_that_are_told_to_two_edges_of_a_node_go_over_once_and_are_one_there()
    {
        var table = new TwoTables();
        var changed = (PresenceReply.Changed)new Samples(_actor, _tag).Of(typeof(PresenceReply.Changed));

        var (first, second) = (Written(changed, table), Written(changed, table));
        var (one, other) = ((PresenceReply.Changed)EngineCodec.Instance.Read(first, table), (PresenceReply.Changed)EngineCodec.Instance.Read(second, table));

        Assert.True(second.Length < 40, $"{second.Length} bytes");
        Assert.Same(one.News, other.News);
    }

    [Fact]
    public void A_field_that_a_proof_hides_proves_as_much_on_another_node()
    {
        var table = new TwoTables();
        var inclusion = (EventInclusion)new Samples(_actor, _tag).Of(typeof(EventInclusion));
        var fields = new[] { ProvenField.Shown("a", "1", new byte[16]), ProvenField.Shown("b", "2", new byte[16]).Hide() };
        var proof = new EventProof((ChannelEvent)new Samples(_actor, _tag).Of(typeof(ChannelEvent)), "e", IsObject: true, fields, new byte[32], inclusion);

        var read = (CheckpointReply.Proven)EngineCodec.Instance.Read(Written(new CheckpointReply.Proven(proof), table), table);

        Assert.Equal([true, false], read.Proof.Fields.Select(field => field.IsShown));
        Assert.Equal(fields.Select(field => Convert.ToHexString(field.Commitment())), read.Proof.Fields.Select(field => Convert.ToHexString(field.Commitment())));
    }

    [Theory]
    [InlineData(Confirm.None, false)]
    [InlineData(Confirm.Accepted, false)]
    [InlineData(Confirm.Persisted, true)]
    [InlineData(Confirm.Delivered, true)]
    public void A_publish_that_is_settled_later_has_another_answer_to_come(Confirm confirm, bool isLast)
    {
        var publish = new ChannelCommand.Publish(ChannelName.Parse("a"), [], confirm, _tag, _actor);

        Assert.Equal(isLast, EngineCodec.Instance.IsLast(new ChannelReply.Published(_tag, []), publish));
        Assert.True(EngineCodec.Instance.IsLast(new ChannelReply.Settled(_tag), publish));
        Assert.True(EngineCodec.Instance.IsLast(new ChannelReply.Refused(_tag, default, ""), publish));
    }

    [Fact]
    public void A_publish_that_has_its_offset_at_once_is_not_settled_later()
    {
        var publish = new ChannelCommand.Publish(ChannelName.Parse("a"), [], Confirm.Accepted, _tag, _actor);
        var accepted = new ServerFrame.Receipt { Status = ReceiptStatus.Accepted, Channel = "a", Epoch = "e", Offset = 1 };

        Assert.True(EngineCodec.Instance.IsLast(new ChannelReply.Published(publish.Tag, [accepted]), publish));
        Assert.False(EngineCodec.Instance.IsLast(new ChannelReply.Published(publish.Tag, [accepted with { Epoch = "", Offset = 0 }]), publish));
    }

    private static byte[] Written(object message, TwoTables table)
    {
        var to = new PayloadWriter();
        EngineCodec.Instance.Write(message, table, to);
        return to.ToArray();
    }

    private static void Same(object? expected, object? read, string where)
    {
        if (expected is null || read is null || expected is string or Type || expected.GetType().IsPrimitive || ReferenceEquals(expected, read))
            Assert.True(Equals(expected, read), $"{where}: {expected} was written, {read} read");
        else if (expected is ReadOnlyMemory<byte> bytes)
            Assert.True(bytes.Span.SequenceEqual(((ReadOnlyMemory<byte>)read).Span), where);
        else if (expected is System.Collections.IEnumerable items)
            Each(items.Cast<object>(), ((System.Collections.IEnumerable)read).Cast<object>(), where);
        else
            Members(expected, read, where);
    }

    private static void Each(IEnumerable<object> expected, IEnumerable<object> read, string where)
    {
        Assert.Equal(expected.Count(), read.Count());
        foreach (var (one, other) in expected.Zip(read))
            Same(one, other, $"{where}[]");
    }

    private static void Members(object expected, object read, string where)
    {
        Assert.Equal(expected.GetType(), read.GetType());
        foreach (var property in expected.GetType().GetProperties(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic))
        {
            if (property.GetIndexParameters().Length == 0 && !property.IsDefined(typeof(RealTimeActors.Engine.Nodes.Messages.LocalOnlyAttribute), inherit: false))
                Same(property.GetValue(expected), property.GetValue(read), $"{where}.{property.Name}");
        }
    }

    private sealed class Nobody : IActorRef<object>
    {
        public ActorPath Path { get; } = new(null, "nobody");

        public void Tell(object message) => throw new NotSupportedException();
    }
}
