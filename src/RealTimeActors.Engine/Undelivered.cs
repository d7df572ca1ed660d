using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine;

/// <summary>Answers who asked an actor that ended before it came to the question. Nobody waits for ever, no connection's window stays taken, and no answer says more than is known.</summary>
/// <remarks>A question where to join is not answered: the edge asks again by itself.</remarks>
internal static class Undelivered
{
    private static readonly TimeSpan _again = TimeSpan.FromMilliseconds(100);

    /// <summary>Nobody has taken the message.</summary>
    internal static void Answer(DeadLetter letter)
    {
        // Whoever failed in the middle of it may have done a part.
        var mayBeDone = letter.Reason == DeadLetterReason.Failed;
        switch (letter.Message)
        {
            case ChannelCommand.Publish { Confirm: Confirm.None or Confirm.Accepted } publish:
                publish.ReplyTo.Tell(new ChannelReply.Settled(publish.Tag));
                break;
            case ChannelCommand.Publish publish when mayBeDone:
                var unknown = new ServerFrame.Receipt { Status = ReceiptStatus.Unknown, Channel = publish.Channel.Value };
                publish.ReplyTo.Tell(new ChannelReply.Published(publish.Tag, [.. publish.Publications.Select(_ => unknown)]));
                break;
            case ChannelCommand.Publish publish:
                publish.ReplyTo.Tell(Refused(publish.Tag, publish));
                break;
            case ChannelCommand.Mutate mutate when mayBeDone:
                mutate.ReplyTo.Tell(new ChannelReply.Refused(
                    mutate.Tag, ErrorCode.Timeout, $"It could not be learnt whether {mutate.Channel} was written. Send the mutation again under the same mutationId: it counts once."));
                break;
            case ChannelCommand.Mutate mutate:
                mutate.ReplyTo.Tell(Refused(mutate.Tag, mutate));
                break;
            case ChannelCommand.Read read:
                read.ReplyTo.Tell(Refused(read.Tag, read));
                break;
            case ChannelCommand.ReadStats stats:
                stats.ReplyTo.Tell(Refused(stats.Tag, stats));
                break;
            case ChannelCommand.ReadState read:
                read.ReplyTo.Tell(Refused(read.Tag, read));
                break;
            case ChannelCommand.ReadHistory read:
                read.ReplyTo.Tell(Refused(read.Tag, read));
                break;
            case SessionCommand.Open open:
                open.Connection.Edge.Tell(new SessionReply.NotOpened(open.Connection.Id, null));
                break;
            case SessionCommand.Detach detach:
                detach.Connection.Edge.Tell(new SessionReply.Detached(detach.Connection.Id));
                break;
        }
    }

    private static ChannelReply.Refused Refused(object? tag, ChannelCommand command) =>
        new(tag, ErrorCode.Overloaded, $"{command.Channel} ended before it came to this; nothing was done. Try again.") { After = _again };
}
