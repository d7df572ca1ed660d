using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Presence;
using RealTimeActors.Client.Running;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client;

// Who is there.
public sealed partial class RealTimeClient
{
    /// <summary>Is there in a channel, for others to see, and is told who else is; ends when the server has taken it. Dispose of what is returned to leave.</summary>
    /// <param name="channel">Its name. It need not be followed.</param>
    /// <param name="state">What others see of this client, at most 4 KiB of JSON: <c>new { Name = "Ada" }</c>.</param>
    /// <param name="options">Null: nobody is told of changes; <see cref="ChannelPresence.Now"/> can be read.</param>
    /// <param name="cancellationToken">Gives up, and leaves.</param>
    /// <exception cref="RealTimeException">It was refused.</exception>
    public async Task<ChannelPresence> EnterAsync<T>(string channel, T state, PresenceOptions? options = null, CancellationToken cancellationToken = default)
    {
        var presence = await PresenceAsync(channel, options, cancellationToken);
        try
        {
            await presence.EnterAsync(state, cancellationToken);
            return presence;
        }
        catch
        {
            await presence.DisposeAsync();
            throw;
        }
    }

    /// <summary>Is told who is there in a channel: while this client is there itself, or follows the channel with <see cref="SubscribeOptions.Presence"/>.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="options">Null: nobody is told of changes; <see cref="ChannelPresence.Now"/> can be read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RealTimeException">The client is closed.</exception>
    public async Task<ChannelPresence> PresenceAsync(string channel, PresenceOptions? options = null, CancellationToken cancellationToken = default)
    {
        Check(channel);
        var loop = Loop;
        var presence = new ChannelPresence(channel, options ?? new PresenceOptions(), _json, loop);
        if (!await loop.PostAsync(new ClientInput(InputKind.WatchPresence, presence), cancellationToken))
            throw new RealTimeException(RejectReason.Closed, "The client is closed.");

        _ = Task.Run(presence.DispatchAsync, CancellationToken.None);
        return presence;
    }

    /// <summary>Reads a page of those who are there, however many they are. It takes the right <c>presence</c>.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="afterSession">Who comes after this session; null: from the first on.</param>
    /// <param name="limit">The most of the page; 0: the server's default.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RealTimeException">It was refused.</exception>
    public async Task<PresencePage> ReadPresenceAsync(string channel, string? afterSession = null, int limit = 0, CancellationToken cancellationToken = default)
    {
        Check(channel);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        var outcome = await Loop.CallAsync(new ClientFrame.Read { Channel = channel, What = "presence", AfterKey = afterSession, Limit = limit }, cancellationToken);
        return outcome is RequestOutcome.Paged { Page: var page }
            ? new PresencePage(page.Count ?? page.Members.Count, [.. page.Members.Select(PresenceMember.Of)], page.NextKey)
            : throw RealTimeException.From(outcome);
    }
}
