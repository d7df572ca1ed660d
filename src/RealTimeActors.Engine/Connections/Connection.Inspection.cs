using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>What is told of a connection to people who look at it.</summary>
internal sealed partial class Connection
{
    private const int ClientCharsMax = 128;

    /// <summary>When the transport was opened, Unix milliseconds.</summary>
    private long _connectedUnixMs;

    /// <summary>What the client said of itself in its hello, cut to a length that can be kept.</summary>
    private string? _client;

    /// <summary>The code that it was closed with; 0: the other end went away, or it lives.</summary>
    internal int ClosedWith { get; private set; }

    /// <summary>How it stands, with its subscriptions (all, or only the one to <paramref name="channel"/>) where they are wanted.</summary>
    internal ConnectionReport Report(ChannelName? channel, bool withSubscriptions)
    {
        SubscriptionReport[] subscriptions = !withSubscriptions ? []
            : channel is not { } only ? [.. _subscriptions.Values.Select(subscription => subscription.Report()), .. SleepersReports()]
            : _subscriptions.TryGetValue(only, out var one) ? [one.Report()]
            : _patterns is { } patterns && patterns.TryGetSleeper(only, out var sleeper) ? [ReportOf(only, sleeper)]
            : [];
        return new ConnectionReport(Id, transport.Remote, transport.Name, Format, _client, _connectedUnixMs, HeardUnixMs, subscriptions);
    }

    /// <summary>Whether the channel rests, and is followed here all the same.</summary>
    internal bool HasSleeper(ChannelName channel) => _patterns is { } patterns && patterns.TryGetSleeper(channel, out _);

    private IEnumerable<SubscriptionReport> SleepersReports()
    {
        foreach (var channel in _patterns?.Sleepers((_, _) => true).Take(SessionReport.ByPatternMax) ?? [])
        {
            _patterns!.TryGetSleeper(channel, out var sleeper);
            yield return ReportOf(channel, sleeper);
        }
    }

    private static SubscriptionReport ReportOf(ChannelName channel, Sleeper sleeper) => new(channel, sleeper.Epoch, sleeper.Prefix, IsLive: !sleeper.IsBehind, Held: 0);

    private static string? Cut(string? client) => client is { Length: > ClientCharsMax } ? client[..ClientCharsMax] : client;
}
