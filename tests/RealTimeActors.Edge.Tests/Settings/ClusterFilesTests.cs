using System.Globalization;
using System.Text.RegularExpressions;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Hosting.Integrity;
using RealTimeActors.Hosting.Settings;

namespace RealTimeActors.Edge.Tests.Settings;

/// <summary>The files by which several nodes are started: <c>docker-compose.yml</c>, <c>hocon/cluster.conf</c>, the load balancer's and the image's. Containers cannot run here; what they would be given is held together.</summary>
public sealed partial class ClusterFilesTests : IDisposable
{
    private static readonly string _root = RepositoryRoot();
    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("cluster-keys-");
    private readonly Dictionary<string, object> _compose = Yaml.Read(File.ReadAllText(Path.Combine(_root, "docker-compose.yml")));

    public ClusterFilesTests()
    {
        CheckpointKeyFile.EnsureAt(Path.Combine(_keys.FullName, "checkpoint-key.pem"));
        CheckpointKeyFile.EnsureAt(Path.Combine(_keys.FullName, "token-key.pem"));
        File.WriteAllText(Path.Combine(_keys.FullName, "cluster-secret"), "a secret of thirty-three bytes, say");
    }

    public void Dispose() => _keys.Delete(recursive: true);

    [Theory]
    [InlineData("core-1", NodeRoles.Core)]
    [InlineData("core-2", NodeRoles.Core)]
    [InlineData("edge-1", NodeRoles.Edge)]
    [InlineData("edge-2", NodeRoles.Edge)]
    public void A_node_would_start_with_what_it_is_given(string node, NodeRoles roles)
    {
        var settings = SettingsOf(node);

        Assert.Equal((node, node, roles), (settings.Engine.Node, settings.Cluster!.Node, settings.Roles));
        Assert.Equal((node, 7400), (settings.Cluster.AdvertisedHost, settings.Cluster.AdvertisedPort ?? settings.Cluster.Port));
        Assert.Contains("Host=database;", settings.PostgreSql!.ConnectionString, StringComparison.Ordinal);
        Assert.NotNull(settings.Jwt);
        Assert.Equal(Path.Combine(_keys.FullName, "checkpoint-key.pem"), settings.CheckpointKeyFile);
    }

    [Fact]
    public void All_nodes_stand_on_the_same_database_secret_and_keys()
    {
        string[] shared = ["REALTIME_POSTGRESQL", "REALTIME_CLUSTER_SECRET_FILE", "REALTIME_CHECKPOINT_KEY", "REALTIME_TOKEN_KEY"];

        Assert.All(shared, name => Assert.Single(Nodes.Select(node => EnvironmentOf(node)[name]).Distinct()));
        Assert.Equal(Nodes, Nodes.Select(node => EnvironmentOf(node)["REALTIME_NODE"]));
    }

    [Fact]
    public void No_secret_stands_in_a_file_or_in_the_environment()
    {
        var texts = Directory.GetFiles(Path.Combine(_root, "hocon")).Append(Path.Combine(_root, "docker-compose.yml")).Select(File.ReadAllText).ToArray();

        Assert.All(texts, text => Assert.DoesNotMatch(@"(?i)password\s*[=:]\s*['""]?[a-z0-9]{4,}|PRIVATE KEY-----\s*[A-Za-z0-9+/]{20}", text.Replace("Password=…", "", StringComparison.Ordinal)));
        Assert.All(Nodes, node => Assert.DoesNotContain(EnvironmentOf(node), pair => pair.Value.Contains("Password=", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Every_variable_that_a_node_is_given_is_read_and_every_one_that_has_to_be_there_is_given()
    {
        var conf = string.Join('\n', File.ReadAllLines(Path.Combine(_root, "hocon", "cluster.conf")).Where(line => !line.TrimStart().StartsWith('#')));
        var read = Variable().Matches(conf).ToLookup(match => match.Groups["optional"].Length == 0, match => match.Groups["name"].Value);

        foreach (var node in Nodes)
        {
            // The runtime's own are no concern of the configuration's.
            var given = EnvironmentOf(node).Keys.Where(name => !name.StartsWith("DOTNET_", StringComparison.Ordinal)).ToArray();
            Assert.Empty(given.Except(read[true].Concat(read[false])));
            Assert.Empty(read[true].Except(given));
        }

        // tests/cluster.sh gives the same, and what else differs on one machine.
        var script = File.ReadAllText(Path.Combine(_root, "tests", "cluster.sh"));
        Assert.All(read[true].Concat(read[false]).Where(name => name is not ("REALTIME_ORIGIN" or "REALTIME_CLIENT_ADDRESS" or "REALTIME_CLUSTER_FORMER_SECRET_FILE")), name => Assert.Contains($" {name}=", script, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_mounted_and_built_is_there_and_what_is_named_is_a_service_or_a_volume()
    {
        var services = Map(_compose, "services");
        var volumes = Map(_compose, "volumes").Keys;
        foreach (var (name, service) in services.Select(pair => (pair.Key, (Dictionary<string, object>)pair.Value)))
        {
            if (service.TryGetValue("build", out var build))
                Assert.True(File.Exists(Path.Combine(_root, (string)((Dictionary<string, object>)build)["dockerfile"])), $"{name}: its Dockerfile is not there.");

            foreach (var source in List(service, "volumes").Select(volume => volume.Split(':')[0]))
                Assert.True(source.StartsWith("./", StringComparison.Ordinal) ? File.Exists(Path.Combine(_root, source)) : volumes.Contains(source), $"{name}: {source} is neither a file nor a volume.");

            if (service.TryGetValue("depends_on", out var others))
                Assert.Empty(((Dictionary<string, object>)others).Keys.Except(services.Keys));
        }

        var keys = File.ReadAllText(Path.Combine(_root, "src/RealTimeActors.Server/Docker/keys.sh"));
        var expected = Nodes.SelectMany(node => EnvironmentOf(node).Values).Append((string)Map(Service("database"), "environment")["POSTGRES_PASSWORD_FILE"])
            .SelectMany(value => KeyPath().Matches(value).Select(match => match.Groups["file"].Value)).Distinct();
        Assert.All(expected, file => Assert.Contains(file, keys, StringComparison.Ordinal));
    }

    [Fact]
    public void An_image_is_built_once_and_what_is_built_here_is_not_looked_for_elsewhere()
    {
        var services = Map(_compose, "services").Values.Cast<Dictionary<string, object>>().ToArray();
        var built = services.Where(service => service.ContainsKey("build")).Select(service => (string)service["image"]).ToArray();

        // Two builds that end at the same time under one name fail: Docker builds them side by side.
        Assert.Equal(["realtime-actors"], built);
        Assert.All(
            services.Where(service => built.Contains((string)service["image"]) && !service.ContainsKey("build")),
            service => Assert.Equal("never", service["pull_policy"]));
        Assert.All(Nodes, node => Assert.Equal(built[0], Service(node)["image"]));
    }

    [Fact]
    public void The_load_balancer_is_given_what_its_template_names_and_leads_to_the_edges()
    {
        var template = File.ReadAllText(Path.Combine(_root, "hocon/nginx.conf.template"));
        var given = Map(Service("load-balancer"), "environment");
        var named = Variable().Matches(template).Select(match => match.Groups["name"].Value).Distinct().ToArray();
        var script = File.ReadAllText(Path.Combine(_root, "tests/cluster.sh"));

        Assert.Equal(named.Order(), given.Keys.Where(name => !name.StartsWith("NGINX_", StringComparison.Ordinal)).Order());
        Assert.All(named, name => Assert.Contains($"s|\\${{{name}}}|", script, StringComparison.Ordinal));
        foreach (var edge in Nodes.Where(node => EnvironmentOf(node)["REALTIME_ROLE"] == "edge"))
            Assert.Contains($"{edge}:{SettingsOf(edge).Port}", given.Values);

        Assert.Contains("proxy_set_header Upgrade $http_upgrade;", template, StringComparison.Ordinal);
        Assert.Contains("proxy_buffering off;", template, StringComparison.Ordinal);
        foreach (var line in (string[])["(ws|sse|channels/[^/]+/stream)", "(up|poll|tickets)"])
            Assert.Contains(line, template, StringComparison.Ordinal);

        // Whatever edge a request comes to, it is answered: no balancer has to remember who went where.
        Assert.All((string[])["hash ", "ip_hash", "sticky", "$remote_addr"], sticking => Assert.DoesNotContain(sticking, template, StringComparison.Ordinal));

        // A poll waits for a minute at most, and a session is pinged in less.
        var readsWithin = int.Parse(ReadTimeout().Match(template).Groups["seconds"].Value, CultureInfo.InvariantCulture);
        var settings = SettingsOf("edge-1");
        Assert.True(readsWithin > settings.Edge.PollWaitMax.TotalSeconds, $"{readsWithin} s");
    }

    [Fact]
    public void A_node_that_is_stopped_has_the_time_that_it_takes()
    {
        foreach (var node in Nodes)
        {
            var grace = (string)Service(node)["stop_grace_period"];
            var seconds = int.Parse(grace.TrimEnd('s'), CultureInfo.InvariantCulture);

            Assert.True(seconds >= 2 * SettingsOf(node).DrainWithin.TotalSeconds + 10, $"{node} is given {grace}.");
        }
    }

    private static string[] Nodes => ["core-1", "core-2", "edge-1", "edge-2"];

    private ServerSettings SettingsOf(string node)
    {
        var environment = EnvironmentOf(node);
        return SettingsReader.Read(SettingsSource.Load(
            Path.Combine(_root, "hocon", "cluster.conf"), [], name => environment.GetValueOrDefault(name)?.Replace("/keys/", $"{_keys.FullName}/", StringComparison.Ordinal)));
    }

    private Dictionary<string, object> Service(string name) => Map(Map(_compose, "services"), name);

    private Dictionary<string, string> EnvironmentOf(string node) => Map(Service(node), "environment").ToDictionary(pair => pair.Key, pair => (string)pair.Value, StringComparer.Ordinal);

    private static Dictionary<string, object> Map(Dictionary<string, object> of, string key) => (Dictionary<string, object>)of[key];

    private static List<string> List(Dictionary<string, object> of, string key) => of.TryGetValue(key, out var list) ? (List<string>)list : [];

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "RealTimeActors.sln")))
            directory = directory.Parent;

        return directory.FullName;
    }

    [GeneratedRegex(@"\$\{(?<optional>\??)(?<name>[A-Z][A-Z0-9_]*)\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"/keys/(?<file>[a-z.-]+)")]
    private static partial Regex KeyPath();

    [GeneratedRegex(@"proxy_read_timeout (?<seconds>\d+)s;")]
    private static partial Regex ReadTimeout();
}
