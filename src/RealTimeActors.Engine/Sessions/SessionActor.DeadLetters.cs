using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.DeadLetters;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <summary>Events that the session gives up on: copied to the dead letters of their channel, and then they count as acked. A crash between the two repeats the copy, which the dead letters' log recognises.</summary>
internal sealed partial class SessionActor
{
    /// <summary>Letters that are written at one time; the others follow.</summary>
    private const int LettersAtOnce = 16;

    private static readonly TimeSpan _lettersTriedAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly object _lettersDue = new();

    /// <summary>Letters under way. Null: none.</summary>
    private SortedSet<(ChannelName Channel, long Offset)>? _letters;

    private bool IsWritingLetters => _letters is { Count: > 0 };

    private void WriteLetters()
    {
        foreach (var (channel, subscription) in State.Value.Subscriptions)
        {
            foreach (var (offset, nacked) in subscription.Nacked)
            {
                if (nacked.Phase != NackPhase.GivenUp || _letters?.Contains((channel, offset)) == true || HasDealtWith(channel, subscription.Epoch, new OffsetRange(offset, offset)))
                    continue;

                if (_letters?.Count >= LettersAtOnce)
                    return;

                (_letters ??= []).Add((channel, offset));
                Self.Tell(new LetterTag(channel, subscription.Epoch, offset));
            }
        }
    }

    private void OnLetter(LetterTag letter)
    {
        if (_letters?.Contains((letter.Channel, letter.Offset)) != true)
            return;

        var subscription = State.Value.Subscriptions.GetValueOrDefault(letter.Channel);
        if (subscription is null || DeadLetterChannel.Of(letter.Channel) is null)
            OnLetterWritten(letter);
        else if (OfInbox(subscription, letter.Offset) is { } kept)
            Send(letter, kept);
        else
            _services.Channels.Tell(new ChannelCommand.Read(letter.Channel, new From.Position(letter.Epoch, letter.Offset - 1), 1, letter, Self));
    }

    private void OnChannelReply(ChannelReply reply)
    {
        if (reply.Tag is not LetterTag letter || _letters?.Contains((letter.Channel, letter.Offset)) != true)
            return;

        switch (reply)
        {
            case ChannelReply.EventsRead page:
                Send(letter, page.Epoch == letter.Epoch ? page.Events.FirstOrDefault(e => e.Offset == letter.Offset) : null);
                break;
            case ChannelReply.Refused { Code: ErrorCode.PositionGone }:
                // Retention was faster: the letter says that there was such an event.
                Send(letter, null);
                break;
            case ChannelReply.Published { Receipts: [{ Status: not ReceiptStatus.Unknown }] }:
            case ChannelReply.Refused { Code: ErrorCode.Conflict }:
                if (reply is ChannelReply.Published { Receipts: [{ Duplicate: false }] })
                    _services.Meters.DeadLetter();

                OnLetterWritten(letter);
                break;
            default:
                // It is with those that wait again: the disk is full, the channel overloaded, the outcome not known.
                _letters.Remove((letter.Channel, letter.Offset));
                Context.StartTimer(_lettersDue, _lettersTriedAgainAfter, _lettersDue);
                break;
        }
    }

    private void Send(LetterTag letter, ChannelEvent? e)
    {
        if (State.Value.Subscriptions.GetValueOrDefault(letter.Channel)?.Nacked.GetValueOrDefault(letter.Offset) is not { } nacked)
        {
            // Acked since, or the client has begun behind it: nothing was given up, and to begin there is no ack that a publisher could be told of.
            _letters!.Remove((letter.Channel, letter.Offset));
            WriteLetters();
            return;
        }

        var publication = DeadLetter.ToPublication(_id, State.Value.User, nacked, letter.Channel, letter.Epoch, e);
        if (_services.Options.Bug == PlantedBug.DeadLetterTwice)
        {
            publication = publication with { ProducerId = null };
            _services.Channels.Tell(new ChannelCommand.Publish(DeadLetterChannel.Of(letter.Channel)!.Value, [publication], Confirm.Persisted, null, Self));
        }

        _services.Channels.Tell(new ChannelCommand.Publish(DeadLetterChannel.Of(letter.Channel)!.Value, [publication], Confirm.Persisted, letter, Self));
    }

    private void OnLetterWritten(LetterTag letter)
    {
        _letters!.Remove((letter.Channel, letter.Offset));
        if (State.Value.Subscriptions.TryGetValue(letter.Channel, out var subscription) && subscription.Epoch == letter.Epoch)
        {
            OnAcknowledge(new SessionCommand.Acknowledge(_id, _connection!, letter.Channel, letter.Epoch, 0, [new OffsetRange(letter.Offset, letter.Offset)]));
            JournalAcks();
        }

        _connection?.Edge.Tell(new SessionReply.GaveUp(_connection.Id, letter.Channel, letter.Epoch, letter.Offset));
        WriteLetters();
    }

    /// <summary>A letter that is being written.</summary>
    private sealed record LetterTag(ChannelName Channel, string Epoch, long Offset);
}
