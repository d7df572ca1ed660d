namespace RealTimeActors.EndToEnd.Tests.Infrastructure;

/// <summary>One server for the tests of a class that leave it as it was; each of them has channels of its own.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private ServerProcess? _server;

    /// <summary>Bounds that a test can reach: three subscriptions, an array of five, ten events of <c>short.&gt;</c>.</summary>
    internal static string[] Settings { get; } =
    [
        "realtime.machine-figures.enabled=false",
        "realtime.limits.subscriptions=3",
        "realtime.limits.array-events=5",
        """realtime.channels=[{"pattern":"short.>","retention":{"count":10}},{"pattern":"live.>","durability":"ephemeral","offline":"keep"},{"pattern":"passing.>","durability":"ephemeral","memory":{"count":20}}]""",
    ];

    public ServerProcess Server => _server ?? throw new InvalidOperationException("The server is expected to run; the fixture was not initialized.");

    public async Task InitializeAsync() => _server = await ServerProcess.StartAsync(Settings);

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
