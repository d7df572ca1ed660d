using System.Globalization;

namespace RealTimeActors.Hammer.Cluster.Wires;

/// <summary>
/// A network namespace for each node, on a bridge in a namespace of its own; lines are cut by iptables where a node's packets come in or go out, so that they are lost as on a real network. It takes root on Linux.
/// Clients and the database stay on this machine, at two addresses of the same network. Nothing else of the machine's network is touched.
/// </summary>
internal sealed class NamespaceWires : IWires
{
    private const int HttpPort = 8080;
    private const int NodePort = 7400;
    private static readonly Lazy<string?> _missing = new(FindWhatIsMissing);
    private readonly string _id = Random.Shared.Next(0x1000, 0x10000).ToString("x4", CultureInfo.InvariantCulture);
    private readonly string _network;
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);

    private NamespaceWires()
    {
        // Of the private network that least is in: any that is used here already would show in the first connection.
        _network = string.Create(CultureInfo.InvariantCulture, $"10.{Random.Shared.Next(200, 250)}.{Random.Shared.Next(1, 255)}");
    }

    /// <summary>Why there can be none here; null: there can.</summary>
    internal static string? WhyNot => _missing.Value;

    public string? DatabaseAddress => $"{_network}.2";

    public string? DatabaseClients => $"{_network}.0/24";

    private string Switch => $"rta-{_id}-switch";

    private string Line => $"rta-{_id}";

    internal static NamespaceWires Make()
    {
        var wires = new NamespaceWires();
        try
        {
            wires.MakeSwitch();
            return wires;
        }
        catch
        {
            wires.Remove();
            throw;
        }
    }

    public INodePlace Add(string node, int databasePort)
    {
        var number = 11 + _places.Count;
        var place = new Place($"rta-{_id}-{node}", $"{_network}.{number}", DatabaseAddress!, databasePort);
        _places.Add(node, place);
        Command.Run("ip", "netns", "add", place.Namespace);
        Attach(place.Namespace, $"v{number}");
        Command.Run("ip", "-n", place.Namespace, "addr", "add", $"{place.Host}/24", "dev", "eth0");
        Command.Run("ip", "-n", place.Namespace, "link", "set", "lo", "up");
        Command.Run("ip", "-n", place.Namespace, "link", "set", "eth0", "up");
        return place;
    }

    public async Task ShutAsync(IReadOnlyList<(string From, string To)> lines)
    {
        // What is lost is lost at a node: where it comes in, or, on its way to the database, where it goes out.
        var rules = lines.Select(line => line.To == IWires.Database
            ? (At: line.From, Rule: $"-A OUTPUT -d {DatabaseAddress} -j DROP")
            : (At: line.To, Rule: $"-A INPUT -s {AddressOf(line.From)} -j DROP"));
        await Task.WhenAll(rules.GroupBy(rule => rule.At).Select(group => LoadAsync(_places[group.Key], group.Select(rule => rule.Rule))));
    }

    public Task OpenAllAsync() => Task.WhenAll(_places.Values.Select(place => Command.RunAsync([.. place.Launcher, "iptables", "-F"])));

    public ValueTask DisposeAsync()
    {
        Remove();
        return ValueTask.CompletedTask;
    }

    private string AddressOf(string end) => end == IWires.Database ? DatabaseAddress! : _places[end].Host;

    /// <summary>All at once, so that a node is not half cut off for a while.</summary>
    private static Task LoadAsync(Place place, IEnumerable<string> rules) =>
        Command.RunWithInputAsync($"*filter\n{string.Join('\n', rules)}\nCOMMIT\n", [.. place.Launcher, "iptables-restore", "--noflush"]);

    private void MakeSwitch()
    {
        Command.Run("ip", "netns", "add", Switch);
        Command.Run("ip", "-n", Switch, "link", "add", "br0", "type", "bridge");
        Command.Run("ip", "-n", Switch, "link", "set", "br0", "up");
        Command.Run("ip", "link", "add", Line, "type", "veth", "peer", "name", "host", "netns", Switch);
        Command.Run("ip", "-n", Switch, "link", "set", "host", "master", "br0", "up");
        Command.Run("ip", "addr", "add", $"{_network}.1/24", "dev", Line);
        Command.Run("ip", "addr", "add", $"{_network}.2/24", "dev", Line);
        Command.Run("ip", "link", "set", Line, "up");
    }

    private void Attach(string place, string port)
    {
        Command.Run("ip", "-n", Switch, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", place);
        Command.Run("ip", "-n", Switch, "link", "set", port, "master", "br0", "up");
    }

    private void Remove()
    {
        foreach (var place in _places.Values)
            Command.Try("ip", "netns", "del", place.Namespace);

        Command.Try("ip", "link", "del", Line);
        Command.Try("ip", "netns", "del", Switch);
    }

    private static string? FindWhatIsMissing()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return "Network namespaces take root on Linux.";

        if (Array.Find(["ip", "iptables", "iptables-restore", "nsenter"], program => Command.Try("sh", "-c", $"command -v {program}") is not null) is { } program)
            return $"There is no {program}: install the packages iproute2, iptables and util-linux.";

        try
        {
            using var trial = Trial.Make();
            return Command.Try([.. trial.Wires._places["trial"].Launcher, "iptables", "-A", "INPUT", "-s", "192.0.2.1", "-j", "DROP"]) is { } fault
                ? $"A network namespace cannot be given rules here: {fault}"
                : null;
        }
        catch (InvalidOperationException fault)
        {
            return $"A network namespace cannot be made here: {fault.Message}";
        }
    }

    private sealed record Place(string Namespace, string Host, string DatabaseHost, int DatabasePort) : INodePlace
    {
        // Not by `ip netns exec`: that would give it a view of its own of what is mounted, and keep a disk that is taken away.
        public IReadOnlyList<string> Launcher => ["nsenter", $"--net=/run/netns/{Namespace}"];

        public int HttpPort => NamespaceWires.HttpPort;

        public int NodePort => NamespaceWires.NodePort;

        public string Advertised => string.Create(CultureInfo.InvariantCulture, $"{Host}:{NodePort}");

        public void OnStarting()
        {
        }

        public void OnEnded()
        {
        }
    }

    /// <summary>One node's place, to see whether it can be.</summary>
    private sealed record Trial(NamespaceWires Wires) : IDisposable
    {
        internal static Trial Make()
        {
            var trial = new Trial(NamespaceWires.Make());
            try
            {
                trial.Wires.Add("trial", 0);
                return trial;
            }
            catch
            {
                trial.Dispose();
                throw;
            }
        }

        public void Dispose() => Wires.Remove();
    }
}
