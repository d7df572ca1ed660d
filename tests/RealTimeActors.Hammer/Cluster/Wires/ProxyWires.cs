namespace RealTimeActors.Hammer.Cluster.Wires;

/// <summary>Proxies on loopback, before each node and before its database. It takes no privileges: who calls is found by the port that he calls from.</summary>
internal sealed class ProxyWires : IWires
{
    private const string Loopback = "127.0.0.1";
    private readonly Gates _gates = new();
    private readonly List<Place> _places = [];

    public string? DatabaseAddress => null;

    public string? DatabaseClients => null;

    /// <summary>The nodes' names by their processes.</summary>
    internal Func<IReadOnlyDictionary<int, string>> Processes { get; set; } = static () => new Dictionary<int, string>();

    public INodePlace Add(string node, int databasePort)
    {
        var place = new Place(_gates, node, databasePort, CallerAt);
        _places.Add(place);
        return place;
    }

    public Task ShutAsync(IReadOnlyList<(string From, string To)> lines)
    {
        foreach (var (from, to) in lines)
            _gates.Shut(from, to);

        return Task.CompletedTask;
    }

    public Task OpenAllAsync()
    {
        _gates.OpenAll();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _gates.OpenAll();
        foreach (var place in _places)
            await place.DisposeAsync();
    }

    private string? CallerAt(int port, int listeningPort)
    {
        var processes = Processes();
        return Callers.ProcessAt(port, listeningPort, processes.Keys) is { } process ? processes[process] : null;
    }

    private sealed class Place : INodePlace, IAsyncDisposable
    {
        private readonly GatedProxy _front;
        private readonly GatedProxy _database;

        internal Place(Gates gates, string node, int databasePort, Func<int, int, string?> callerAt)
        {
            (NodePort, HttpPort) = (FreePorts.Take(), FreePorts.Take());
            GatedProxy? front = null;
            front = new GatedProxy(gates, node, NodePort, caller => callerAt(caller, front!.Port));
            front.Close();
            _front = front;
            _database = new GatedProxy(gates, IWires.Database, databasePort, _ => node);
        }

        public IReadOnlyList<string> Launcher => [];

        public string Host => Loopback;

        public int HttpPort { get; }

        public int NodePort { get; }

        public string Advertised => $"{Loopback}:{_front.Port}";

        public string DatabaseHost => Loopback;

        public int DatabasePort => _database.Port;

        public void OnStarting() => _front.Listen();

        public void OnEnded() => _front.Close();

        public async ValueTask DisposeAsync()
        {
            await _front.DisposeAsync();
            await _database.DisposeAsync();
        }
    }
}
