using System.Diagnostics;
using RealTimeActors.Client;
using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.EndToEnd.Tests.HandOver;

/// <summary>A real client that follows one channel, expects each offset once and in order, and remembers when it was away.</summary>
internal sealed class HandedOverClient : IAsyncDisposable
{
    private readonly RealTimeClient _client;
    private readonly TaskCompletionSource _isBack = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _hasAll = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _received;
    private long _wanted = long.MaxValue;

    internal HandedOverClient(Uri address) => _client = new RealTimeClient(new RealTimeClientOptions { Endpoints = [address], StateChanged = OnState });

    /// <summary>Ends when it was lost by its server and is connected again.</summary>
    internal Task IsBack => _isBack.Task;

    /// <summary>When its server let it go, and when it was welcomed by the next; timestamps of the stopwatch.</summary>
    internal long LeftAt { get; private set; }

    internal long BackAt { get; private set; }

    /// <summary>The first thing that was not as it must be; null: nothing.</summary>
    internal string? Fault { get; private set; }

    internal async Task FollowAsync(string channel)
    {
        await _client.ConnectAsync();
        await _client.SubscribeAsync(channel, new SubscribeOptions { From = From.Earliest, Noticed = OnNotice }, OnEventAsync);
    }

    /// <summary>Ends when everything up to this offset was handed over.</summary>
    internal Task ReceivesUpTo(long offset)
    {
        Volatile.Write(ref _wanted, offset);
        if (Volatile.Read(ref _received) >= offset)
            _hasAll.TrySetResult();

        return _hasAll.Task;
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    public override string ToString() => $"{Fault ?? "no fault"}; {_received} received, {_client.State}";

    private ValueTask OnEventAsync(ReceivedEvent received, CancellationToken cancellationToken)
    {
        if (received.Offset != _received + 1)
            Fault ??= $"Offset {_received + 1} is expected next; {received.Offset} came.";

        Volatile.Write(ref _received, received.Offset);
        if (received.Offset >= Volatile.Read(ref _wanted))
            _hasAll.TrySetResult();

        return ValueTask.CompletedTask;
    }

    private void OnNotice(SubscriptionNotice notice)
    {
        if (notice is SubscriptionNotice.Gap or SubscriptionNotice.Reset)
            Fault ??= $"Nothing is lost; {notice} came.";
    }

    private void OnState(ClientStateChange change)
    {
        if (change.State == ClientState.Reconnecting && LeftAt == 0)
        {
            LeftAt = Stopwatch.GetTimestamp();
        }
        else if (change.State == ClientState.Connected && LeftAt != 0)
        {
            BackAt = Stopwatch.GetTimestamp();
            _isBack.TrySetResult();
        }
    }
}
