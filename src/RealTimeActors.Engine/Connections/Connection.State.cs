using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>The shared state of channels: what the client changes, what it reads, and what following it means.</summary>
internal sealed partial class Connection
{
    private const int ReadEntriesDefault = 100;
    private const int ReadEntriesMax = 1_000;

    /// <summary>Bytes of one part of a snapshot.</summary>
    internal int StatePartBytesMax => services.Options.StatePartBytesMax;

    private void OnMutate(ClientFrame.Mutate mutate, ReceivedBatch batch)
    {
        if (!TryName(mutate, mutate.Channel, out var channel))
            return;

        if (channel.IsServerOwned)
        {
            Refuse(mutate, ErrorCode.Forbidden, $"Channels that begin with $ belong to the server; {channel} has no state that can be changed.");
            return;
        }

        if (!Allows(mutate, channel, Rights.Mutate))
            return;

        if (!MutationOperations.TryParse(mutate.Operation, out var operation))
        {
            Refuse(mutate, ErrorCode.BadRequest, $"What to do is {MutationOperations.All}; {mutate.Operation} is none of these.");
            return;
        }

        // Like a publish: what waits for the disk keeps the window closed.
        batch.Hold();
        var mutation = new Mutation
        {
            Key = mutate.Key,
            Operation = operation,
            Value = mutate.Value,
            IfVersion = mutate.IfVersion,
            BaseVersion = mutate.BaseVersion,
            TimeUnixMs = mutate.TimeUnixMs,
            MutationId = mutate.MutationId,
            User = _identity!.User,
            Session = SessionId,
        };
        services.Channels.Tell(new ChannelCommand.Mutate(channel, mutation, new MutateTag(this, mutate.Id, batch), _edge.Address) { ReceivedAt = batch.ReceivedAt });
    }

    internal void OnMutated(MutateTag tag, ChannelReply reply)
    {
        if (tag.FrameId > 0)
            _edge.Stages.Answering(tag.Batch.ReceivedAt);

        switch (reply)
        {
            case ChannelReply.Mutated mutated:
                Answer(mutated.Frame with { Id = tag.FrameId });
                break;
            case ChannelReply.Refused refused:
                Answer(new ServerFrame.Error(refused.Code, refused.Message) { Id = tag.FrameId, AfterMs = (long?)refused.After?.TotalMilliseconds });
                break;
        }

        tag.Batch.Release();
    }

    /// <summary>Who may follow the state may read it as it is now; what was is history.</summary>
    private static Rights NeededFor(ClientFrame.Read read) => read switch
    {
        { What: "state", At: null } => Rights.Subscribe | Rights.History,
        { What: "presence" } => Rights.Presence,
        _ => Rights.History,
    };

    private void OnReadState(ClientFrame.Read read, ReadTag tag)
    {
        _reads++;
        services.Channels.Tell(new ChannelCommand.ReadState(tag.Channel, read.Key, read.At, read.AfterKey, LimitOf(read), tag, _edge.Address)
        {
            // An entry and what is around it always go into a frame; several do up to here.
            BytesMax = Math.Max(1, services.Options.FrameBytesMax - 4_096),
        });
    }

    private void OnReadHistory(ClientFrame.Read read, ReadTag tag)
    {
        if (read.Key is not { Length: > 0 } key)
        {
            Refuse(read, ErrorCode.BadRequest, "A history is of one key; none came.");
            return;
        }

        _reads++;
        services.Channels.Tell(new ChannelCommand.ReadHistory(tag.Channel, key, read.From ?? From.Earliest, LimitOf(read), tag, _edge.Address));
    }

    private static int LimitOf(ClientFrame.Read read) => read.Limit <= 0 ? ReadEntriesDefault : (int)Math.Min(read.Limit, ReadEntriesMax);

    private void SendState(ReadTag tag, ChannelReply.StateRead state) => Answer(new ServerFrame.Page
    {
        Id = tag.FrameId,
        Channel = tag.Channel.Value,
        What = tag.What,
        Epoch = state.Epoch,
        Offset = state.Offset,
        Entries = state.Entries,
        NextKey = state.NextKey,
    });

    /// <summary>The log no longer holds what comes next for a subscription that cannot do without: it begins again where the channel says.</summary>
    internal void JoinAnew(Subscription subscription) => _edge.JoinAnew(subscription);

    private string? NoStateOf(ChannelName channel) =>
        services.Options.SettingsOf(channel).IsDurable ? null : $"{channel} is ephemeral: it has no log, and so no state. Mode state needs a durable channel.";

    /// <summary>Why the state of this channel cannot be followed so; null: it can.</summary>
    private (ErrorCode Code, string Message)? FaultOfState(ClientFrame.Subscribe subscribe, ChannelName channel)
    {
        if (NoStateOf(channel) is { } none)
            return (ErrorCode.NotEnabled, none);

        var what = subscribe switch
        {
            { Shape: { DebounceMs: > 0 } or { MaxPerSecond: > 0 } or { Conflate: "key" or "channel" } or { Immediate.Count: > 0 } } => "a shape that leaves out, holds back or replaces changes (only batchMs and batchMax go together with it)",
            { Filter.Count: > 0 } => "a filter (fields chooses what of the values is wanted)",
            { Priority: Priority.Critical or Priority.High } => "a least priority above normal, which all changes have",
            { Overflow: OverflowPolicy.Conflate or OverflowPolicy.DropOldest } => "an overflow policy that leaves changes out (catchUp and disconnect go together with it)",
            _ => null,
        };
        return what is null ? null : (ErrorCode.BadRequest, $"In mode state every change builds on the one before it: it does not go together with {what}.");
    }
}
