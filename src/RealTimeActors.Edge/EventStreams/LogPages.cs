using RealTimeActors.Dispatch.Asking;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.EventStreams;

/// <summary>Pages of logs as the text of an event stream. Who asks for the same page at about the same time (all who come back after a restart) gets the same one, read and encoded once.</summary>
internal sealed class LogPages(IEngine engine, EdgeOptions options, TimeProvider time)
{
    private const int EventsMax = 256;

    /// <summary>Pages that are shared; beyond it each is read by itself.</summary>
    private const int SharedMax = 64;

    private static readonly TimeSpan _sharedFor = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(ChannelName Channel, StreamPosition After), (Task<LogPage> Page, long Since)> _shared = [];

    /// <summary>What follows the position.</summary>
    /// <exception cref="TimeoutException">The channel did not answer.</exception>
    internal Task<LogPage> ReadAsync(ChannelName channel, StreamPosition after)
    {
        lock (_gate)
        {
            var key = (channel, after);
            if (_shared.TryGetValue(key, out var shared) && time.GetElapsedTime(shared.Since) < _sharedFor && !shared.Page.IsFaulted)
                return shared.Page;

            foreach (var old in _shared.Where(page => page.Value.Page.IsCompleted && time.GetElapsedTime(page.Value.Since) >= _sharedFor).ToArray())
                _shared.Remove(old.Key);

            var page = ReadAsync(channel, new From.Position(after.Epoch, after.Offset), EventsMax);
            if (_shared.Count < SharedMax)
                _shared[key] = (page, time.GetTimestamp());

            return page;
        }
    }

    /// <summary>Where a position that is named in words lies, without anything to send.</summary>
    /// <exception cref="TimeoutException">The channel did not answer.</exception>
    internal Task<LogPage> LocateAsync(ChannelName channel, From from) => ReadAsync(channel, from, 1);

    private async Task<LogPage> ReadAsync(ChannelName channel, From from, int limit)
    {
        var reply = await engine.System.AskAsync<ChannelCommand, ChannelReply>(
            engine.Channels, replyTo => new ChannelCommand.Read(channel, from, limit, replyTo, replyTo) { StartsAtFirst = true }, options.RequestTimeout);
        return reply switch
        {
            ChannelReply.EventsRead page => new LogPage(page.Epoch, page.First, page.Head, page.Events.Count == 0 ? null : EncodedRun.Encode(page.Epoch, page.Events)),
            ChannelReply.Refused { Code: ErrorCode.PositionGone } => LogPage.OfAnotherLife,
            ChannelReply.Refused refused => throw new LogUnreadableException(refused.Message),
            _ => throw new InvalidOperationException($"The channel answered with {reply.GetType().Name}, which does not answer a read."),
        };
    }
}
