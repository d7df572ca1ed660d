using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Kills;

/// <summary>A subscriber that applies an offset once, acks what it applied, and comes back as its session. A hole on any of its connections is a failure.</summary>
internal sealed class Follower(ServerProcess server, string channel)
{
    private WireClient? _client;
    private long _next;

    /// <summary>The events that were applied, in order.</summary>
    internal List<JsonElement> Applied { get; } = [];

    internal string Epoch { get; private set; } = "";

    /// <summary>Connects: as a new session the first time, with the session's key from then on.</summary>
    internal async Task ConnectAsync()
    {
        var former = _client;
        _client = former is null
            ? await WireClient.FollowAsync(server, channel, ""","from":"earliest" """)
            : await WireClient.ResumeAsync(server, former);
        if (former is not null)
            await former.DisposeAsync();

        var subscribed = Assert.Single(_client.Welcome.GetProperty("subscriptions").EnumerateArray());
        Epoch = subscribed.GetProperty("epoch").GetString()!;
        Assert.Equal(former is null ? "none" : "full", subscribed.GetProperty("recovered").GetString());
        _next = subscribed.GetProperty("offset").GetInt64() + 1;
        Assert.InRange(_next, 1, Applied.Count + 1);
    }

    /// <summary>Applies and acks what comes until the connection ends.</summary>
    internal async Task FollowUntilCutAsync()
    {
        var isConnected = true;
        while (isConnected)
        {
            try
            {
                await ApplyOneAsync();
                if (Applied.Count % AckEvery == 0)
                    await AckAsync();
            }
            catch (Exception cut) when (cut is System.Net.WebSockets.WebSocketException or InvalidOperationException or ObjectDisposedException)
            {
                isConnected = false;
            }
        }

        foreach (var frame in _client!.TakeAll())
            Apply(frame);
    }

    /// <summary>Applies what comes until this offset is applied.</summary>
    internal async Task FollowToAsync(long offset)
    {
        while (Applied.Count < offset)
            await ApplyOneAsync();
    }

    private async Task ApplyOneAsync() => Apply(await _client!.TakeFrameAsync(_ => true, "an event"));

    private void Apply(JsonElement frame)
    {
        Assert.False(frame.TryGetProperty("gap", out _) || frame.TryGetProperty("skip", out _) || frame.TryGetProperty("subscribed", out _), $"Nothing is lost or left out; {frame} came.");
        if (!frame.TryGetProperty("event", out var body))
            return;

        Assert.True(Log.OffsetOf(body) == _next, $"Offset {_next} is expected next on this connection; {frame} came.");
        if (_next++ > Applied.Count)
            Applied.Add(body);
    }

    private Task AckAsync() => _client!.SendAsync($$$"""{"ack":{"channel":"{{{channel}}}","offset":{{{Applied.Count}}}}}""");

    private const int AckEvery = 50;
}
