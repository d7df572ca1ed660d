using System.Text;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine.State;

/// <summary>What tests of states say to a machine and hear from it.</summary>
internal static class StateFixture
{
    internal const string Channel = "grants";

    internal static ClientSubscription FollowState(this MachineFixture client, KeptState? kept = null, AckMode ack = AckMode.Auto, string channel = Channel) =>
        client.Machine.FollowState(client.Now, new ClientFrame.Subscribe { Channel = channel, AckMode = ack }, kept);

    /// <summary>Follows the state and takes it up, with these entries.</summary>
    internal static ClientSubscription FollowedState(this MachineFixture client, long offset, params Entry[] entries)
    {
        var subscription = client.FollowState();
        client.TakeUpState(offset, entries);
        client.Take();
        return subscription;
    }

    /// <summary>Answers the subscribe that is under way, with a snapshot.</summary>
    internal static void TakeUpState(this MachineFixture client, long offset, params Entry[] entries)
    {
        var asked = client.TakeFrame<ClientFrame.Subscribe>();
        client.Receive(MachineFixture.Subscribed(offset, channel: Channel) with { Id = asked.Id });
        client.Snapshot(offset, entries);
    }

    internal static void Snapshot(this MachineFixture client, long offset, params Entry[] entries) => client.Receive(new ServerFrame.State(Channel, offset, entries, Last: true));

    internal static Entry Entry(string key, string value, long version = 1) => new(key, version, Encoding.UTF8.GetBytes(value));

    internal static PendingMutation Edit(this MachineFixture client, string key, string operation, string value = "", long? ifVersion = null, string channel = Channel) =>
        client.Machine.Mutate(client.Now, new ClientFrame.Mutate { Channel = channel, Key = key, Operation = operation, Value = Encoding.UTF8.GetBytes(value), IfVersion = ifVersion });

    internal static void Change(this MachineFixture client, long offset, string key, long version, string? value = null, string? patch = null, string? mutationId = null, string? user = null) =>
        client.Receive(new ServerFrame.Change
        {
            Channel = Channel,
            Offset = offset,
            Key = key,
            Version = version,
            Value = value is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(value),
            Patch = patch is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(patch),
            Deleted = value is null && patch is null,
            MutationId = mutationId,
            User = user,
        });

    internal static void Mutated(this MachineFixture client, ClientFrame frame, string result, long offset, long version, string value = "", string? reason = null, bool duplicate = false, string epoch = "e1") =>
        client.Receive(new ServerFrame.Mutated { Id = frame.Id, Result = result, Channel = Channel, Epoch = epoch, Offset = offset, Version = version, Value = Encoding.UTF8.GetBytes(value), Reason = reason, Duplicate = duplicate });

    /// <summary>What is seen, key by key.</summary>
    internal static string Seen(this ClientSubscription subscription) =>
        string.Join(' ', subscription.View!.Snapshot.Entries.Values.Select(entry => $"{entry.Key}={Encoding.UTF8.GetString(entry.Value.Span)}{(entry.IsConfirmed ? "" : "*")}"));

    internal static string TextOf(ReadOnlyMemory<byte>? value) => value is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : "(none)";

    internal static MachineFixture WithStore(KeptMutations? kept = null) => MachineFixture.Connected(options => options with { KeepsMutations = true, Mutations = kept });
}
