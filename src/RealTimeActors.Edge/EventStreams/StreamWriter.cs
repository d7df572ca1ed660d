using System.IO.Pipelines;
using RealTimeActors.Edge.ServerSentEvents;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.EventStreams;

/// <summary>Writes one stream: from the log where it is behind, from the shared feed where it is not, at its reader's pace.</summary>
internal sealed class StreamWriter(StreamReader reader, ChannelFeed feed, LogPages pages, PipeWriter to, CancellationToken aborted)
{
    /// <summary>Between two looks at how the reader takes it.</summary>
    private const int WriteBytesMax = 16_384;

    /// <summary>Readers come back spread over this time after a server went away.</summary>
    private const int RetryMs = 1_000;

    private StreamPosition _position;

    internal async Task RunAsync(StreamStart start)
    {
        try
        {
            await BeginAsync(start);
            var hasWritten = true;
            while (!aborted.IsCancellationRequested && (!hasWritten || await FlushAsync()))
            {
                if (reader.ClosedBy is { } close)
                {
                    StreamText.Write(close, to);
                    await FlushAsync();
                    return;
                }

                hasWritten = await FillAsync();
            }
        }
        catch (Exception unreadable) when (unreadable is LogUnreadableException or TimeoutException)
        {
            // The client comes back to where it is. It has been told nothing that is not so.
        }
    }

    /// <summary>Finds the position and tells it, and what is missing before it.</summary>
    private async Task BeginAsync(StreamStart start)
    {
        var head = feed.Head;
        _position = head;
        if (start.Last is { } last && start.MayReadHistory)
        {
            _position = last;
        }
        else if (start.Last is { } had)
        {
            // Without the right to read what was before, the stream goes on now, and says what it leaves out.
            if (had.Epoch != head.Epoch || had.Offset > head.Offset)
                Reset(head, head.Offset);
            else if (had.Offset < head.Offset)
                StreamText.Write(new ServerFrame.Gap(reader.Channel.Value, had.Offset + 1, head.Offset, "history"), head.Epoch, to);
        }
        else if (start.From is not null and not From.AtNow)
        {
            _position = await LocateAsync(start.From);
        }

        StreamText.WriteBegin(_position, Retry(), to);

        // The log has the first word where it does not begin now: it knows what retention took, and whether there is such a position at all.
        if (_position != head)
            await FillFromLogAsync();
    }

    private static int Retry() => RetryMs + Random.Shared.Next(RetryMs);

    private async Task<StreamPosition> LocateAsync(From from)
    {
        var page = await pages.LocateAsync(reader.Channel, from);
        return new StreamPosition(page.Epoch, from switch
        {
            From.Last(var count) => Math.Max(page.First - 1, page.Head - count),
            From.Position(_, var offset) => Math.Min(offset, page.Head),
            _ => page.First - 1,
        });
    }

    /// <returns>Whether something was written.</returns>
    private async ValueTask<bool> FillAsync()
    {
        switch (feed.Read(reader, ref _position, WriteBytesMax, to))
        {
            case FeedRead.Behind:
                await FillFromLogAsync();
                return true;
            case FeedRead.Nothing when reader.IsHeartbeatDue:
                to.Put(":\n\n"u8);
                return true;
            case FeedRead.Nothing:
                await reader.WaitAsync();
                return false;
            default:
                return true;
        }
    }

    private async Task FillFromLogAsync()
    {
        var seen = feed.Head;
        var page = await pages.ReadAsync(reader.Channel, _position);
        if (page.Epoch.Length == 0)
        {
            // Of another life of the log, or beyond its head: everything that there is, from the earliest.
            var earliest = await pages.LocateAsync(reader.Channel, From.Earliest);
            Reset(new StreamPosition(earliest.Epoch, earliest.Head), earliest.First - 1);
            return;
        }

        if (page.First > _position.Offset + 1)
        {
            StreamText.Write(new ServerFrame.Gap(reader.Channel.Value, _position.Offset + 1, page.First - 1, "retention"), page.Epoch, to);
            _position = _position with { Offset = page.First - 1 };
        }

        if (page.Run is not { } run)
        {
            // The log has no more than the reader, but the feed does not know that life of it yet: it is about to begin anew.
            if (page.Head <= _position.Offset && feed.WakesIfUnchanged(reader, seen))
                await reader.WaitAsync();

            return;
        }

        while (_position.Offset < run.Last && reader.ClosedBy is null)
        {
            var (upTo, events) = run.Take(_position.Offset, WriteBytesMax, reader.NowUnixMs, to);
            reader.Wrote(events);
            _position = _position with { Offset = upTo };
            if (_position.Offset < run.Last && !await FlushAsync())
                return;
        }
    }

    private void Reset(StreamPosition head, long after)
    {
        StreamText.Write(new ServerFrame.Subscribed { Channel = reader.Channel.Value, Epoch = head.Epoch, Offset = after, Head = head.Offset, Recovered = Recovered.Reset }, to);
        _position = new StreamPosition(head.Epoch, after);
    }

    /// <returns>False: there is nobody any more.</returns>
    private async ValueTask<bool> FlushAsync()
    {
        if (aborted.IsCancellationRequested)
            return false;

        reader.Writes(begins: true);
        var flushed = await to.FlushAsync(aborted).ConfigureAwait(false);
        reader.Writes(begins: false);
        return !flushed.IsCompleted && !flushed.IsCanceled;
    }
}
