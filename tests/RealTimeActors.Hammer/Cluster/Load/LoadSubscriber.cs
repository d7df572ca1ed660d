using System.Collections.Concurrent;
using System.Text.Json;
using RealTimeActors.Client;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Hammer.Servers;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Hammer.Cluster.Load;

/// <summary>Follows channels with the .NET client, which comes back to another node after a loss; the application gets each event once, in order, or it is a problem.</summary>
internal sealed class LoadSubscriber : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, List<LoggedEvent>> _applied = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (long Offset, TaskCompletionSource Reached)> _awaited = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _changes = new();
    private readonly Judgement _judgement;
    private readonly RealTimeClient _client;

    internal LoadSubscriber(string name, Judgement judgement, IEnumerable<Uri> nodes, string token)
    {
        Name = name;
        _judgement = judgement;
        _client = new RealTimeClient(new RealTimeClientOptions
        {
            Endpoints = [.. nodes],
            ClientName = "hammer/1",
            Token = _ => ValueTask.FromResult<string?>(token),
            ConnectWithin = TimeSpan.FromSeconds(1),
            SessionNotResumed = reason => judgement.Note($"{name} has another session: {reason}"),
            StateChanged = change => Keep($"{change.State}: {change.Reason}"),
        });
    }

    internal string Name { get; }

    internal async Task FollowAsync(IEnumerable<string> channels)
    {
        await _client.ConnectAsync();
        foreach (var channel in channels)
        {
            _applied[channel] = [];
            await _client.SubscribeAsync(channel, new SubscribeOptions { FromWhenNew = From.Earliest, Noticed = notice => OnNotice(channel, notice) }, (received, _) =>
            {
                Apply(channel, received);
                return ValueTask.CompletedTask;
            });
        }
    }

    /// <summary>What the application was given, in order.</summary>
    internal IReadOnlyList<LoggedEvent> AppliedOf(string channel) => _applied[channel];

    /// <summary>Waits until the application was given everything up to this offset.</summary>
    internal async Task ReachesAsync(string channel, long offset, TimeSpan within)
    {
        var applied = _applied[channel];
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (applied)
        {
            if (applied.Count >= offset)
                return;

            _awaited[channel] = (offset, reached);
        }

        try
        {
            await reached.Task.WaitAsync(within);
        }
        catch (TimeoutException)
        {
            _judgement.Problem($"{Name} has {applied.Count} of {offset} events of {channel} after {within.TotalSeconds} s; the client is {_client.State}; before: {string.Join(" | ", _changes)}");
        }
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private void Apply(string channel, ReceivedEvent received)
    {
        var applied = _applied[channel];
        var data = received.Read<JsonElement>();
        lock (applied)
        {
            if (received.Offset != applied.Count + 1)
                _judgement.Problem($"{Name} was given offset {received.Offset} of {channel}; {applied.Count + 1} is expected next.");

            applied.Add(new LoggedEvent(received.Offset, data.GetProperty("p").GetString()!, data.GetProperty("n").GetInt32(), Convert.ToHexStringLower(received.Event.Hash.Span)));
            if (_awaited.TryGetValue(channel, out var awaited) && applied.Count >= awaited.Offset)
                awaited.Reached.TrySetResult();
        }
    }

    private void OnNotice(string channel, SubscriptionNotice notice)
    {
        Keep($"{channel}: {notice}");
        if (notice is SubscriptionNotice.Gap or SubscriptionNotice.Reset or SubscriptionNotice.Ended { Code: not 0 })
            _judgement.Problem($"{Name} was told of {channel}: {notice}");
    }

    private void Keep(string change)
    {
        _changes.Enqueue($"{RunClock.Now} {change}");
        while (_changes.Count > 12)
            _changes.TryDequeue(out _);
    }
}
