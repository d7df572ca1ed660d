using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Hosting.InProcess;

/// <summary>The address that a publish is answered to.</summary>
internal sealed class PendingPublish : IActorRef<ChannelReply>
{
    // What follows must not run inside the channel.
    private readonly TaskCompletionSource<ChannelReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ActorPath Path { get; } = new(null, "in-process-publish");

    /// <summary>The channel's answer.</summary>
    internal Task<ChannelReply> Reply => _reply.Task;

    /// <summary>Ends when the channel holds nothing of it any more: it is on disk, or lost. With confirm <c>accepted</c> that is later than the answer.</summary>
    internal Task Settled => _settled.Task;

    public void Tell(ChannelReply message)
    {
        _reply.TrySetResult(message);
        if (message is not ChannelReply.Published published || published.Receipts.All(IsSettled))
            _settled.TrySetResult();
    }

    private static bool IsSettled(ServerFrame.Receipt receipt) => receipt.Status != ReceiptStatus.Accepted || receipt.Epoch.Length > 0;
}
