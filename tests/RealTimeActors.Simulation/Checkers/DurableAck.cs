using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>1: what a receipt calls persisted is on the disk, there, with that hash; and reading gives it for as long as retention promises it.</summary>
internal sealed class DurableAck : Checker
{
    public override void OnSent(LinkView link, ServerFrame frame)
    {
        if (frame is ServerFrame.Receipt { Status: ReceiptStatus.Persisted or ReceiptStatus.Delivered } receipt)
            OnReceipt(link, receipt);
        else if (frame is ServerFrame.Page { What: "events" } page && link.Answered(page) is ClientFrame.Read read)
            OnPage(page, read);
    }

    private void OnReceipt(LinkView link, ServerFrame.Receipt receipt)
    {
        if (!Seen.ChannelOf(receipt.Channel).IsDurable)
        {
            Require(receipt.Status == ReceiptStatus.Delivered, $"{link.Name} got a receipt {receipt.Status} of {receipt.Channel}, which keeps no log.");
            return;
        }

        Seen.Epochs.See(receipt.Channel, receipt.Epoch);
        var durable = Seen.Truth.Find(receipt.Channel, receipt.Offset);
        if (durable is null)
        {
            Fail($"{link.Name} was told that offset {receipt.Offset} of {receipt.Channel} is persisted; the log on disk ends at {Seen.Truth.Head(receipt.Channel)}.");
            return;
        }

        Require(durable.Event.Hash.Span.SequenceEqual(receipt.Hash.Span), $"The receipt for offset {receipt.Offset} of {receipt.Channel} has another hash than the log.");
        if (link.Answered(receipt) is ClientFrame.Publish publish)
        {
            Require(
                durable.Event.Data.Span.SequenceEqual(publish.Data.Span) && durable.Event.Type == publish.Type,
                $"The receipt for {Line.Of(publish)} names offset {receipt.Offset}, where the log has {Line.Of(new ServerFrame.Event(durable.Event))}.");
        }
    }

    private void OnPage(ServerFrame.Page page, ClientFrame.Read read)
    {
        var channel = Seen.ChannelOf(page.Channel);
        if (!channel.IsDurable)
            return;

        var head = Seen.Truth.Head(page.Channel);
        var wanted = read.From switch
        {
            From.Last last => head - last.Count + 1,
            From.Position position => position.Offset + 1,
            _ => 1,
        };
        var promised = Math.Max(wanted, channel.NotRetained(head) + 1);
        if (page.Events.Count > 0)
        {
            Require(
                page.Events[0].Offset <= promised,
                $"A read of {page.Channel} from {wanted} began at {page.Events[0].Offset}; {promised} is retained (head {head}).");
        }
        else if (Seen.IsAtRest && promised <= head)
        {
            Fail($"A read of {page.Channel} from {wanted} gave nothing; {promised} to {head} are retained.");
        }

        for (var i = 1; i < page.Events.Count; i++)
            Require(page.Events[i].Offset == page.Events[i - 1].Offset + 1, $"A page of {page.Channel} goes from {page.Events[i - 1].Offset} to {page.Events[i].Offset}.");

        if (page.Next is { } next && page.Events.Count > 0)
            Require(next == page.Events[^1].Offset, $"A page of {page.Channel} ends at {page.Events[^1].Offset}, and the next is said to follow {next}.");
        else if (Seen.IsAtRest && page.Next is null && page.Events.Count > 0)
            Require(page.Events[^1].Offset == head, $"The last page of {page.Channel} ends at {page.Events[^1].Offset}; the log ends at {head}.");
    }
}
