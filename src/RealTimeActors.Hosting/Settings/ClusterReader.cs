using System.Text;
using RealTimeActors.Engine.Nodes;
using RealTimeActors.Hosting.Tls;
using RealTimeActors.Sharding.Cluster;
using RealTimeActors.Sharding.Tcp;

namespace RealTimeActors.Hosting.Settings;

/// <summary>Reads <c>realtime.cluster</c> and <c>realtime.roles</c>: whether the node is one of many, how it finds them, and how they know each other.</summary>
internal static class ClusterReader
{
    private const int SecretBytesMax = 4_096;
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    /// <summary>Null: the node is alone. What stands in the section is checked all the same.</summary>
    internal static (NodeRoles Roles, ClusterSettings? Cluster) Read(KeyReader root, string serverNode, JournalProvider journal)
    {
        var cluster = root.Section("cluster");
        var isEnabled = cluster.Flag("enabled", false);
        var roles = ReadRoles(root, isEnabled);
        var settings = ReadSettings(root, serverNode, cluster, isEnabled);
        if (!isEnabled)
            return (roles, null);

        if (journal != JournalProvider.PostgreSql)
            cluster.Problem("enabled", "a cluster stands on PostgreSQL: journal.provider postgresql is expected beside it, the same database on all nodes; another came");

        return (roles, settings);
    }

    private static NodeRoles ReadRoles(KeyReader root, bool isEnabled)
    {
        NodeRoles roles = 0;
        foreach (var word in root.Texts("roles"))
        {
            if (word is not ("edge" or "core"))
                root.Problem("roles", $"edge, core or both are expected; '{word}' came");

            roles |= word == "edge" ? NodeRoles.Edge : word == "core" ? NodeRoles.Core : 0;
        }

        if (roles is not (0 or NodeRoles.All) && !isEnabled)
            root.Problem("roles", "edge and core are expected of a server that is alone (or an empty list, which is both); one of them came without cluster.enabled");

        return roles == 0 ? NodeRoles.All : roles;
    }

    private static ClusterSettings ReadSettings(KeyReader root, string serverNode, KeyReader cluster, bool isEnabled)
    {
        var host = cluster.Text("host", "127.0.0.1");
        if (!NodeAddress.IsHost(host))
            cluster.Problem("host", $"an IP address or a name of this machine is expected; '{host}' came");

        var (advertisedHost, advertisedPort) = ReadAdvertised(cluster, host, isEnabled);
        var lease = cluster.Duration("lease", 3 * _second, _second / 2, TimeSpan.FromMinutes(10));
        var silence = cluster.Duration("silence", _second, _second / 10, TimeSpan.FromMinutes(1));
        if (silence >= lease)
            cluster.Problem("silence", $"a duration below lease ({lease.TotalMilliseconds}ms) is expected, or a node would be declared dead before its link is; {silence.TotalMilliseconds}ms came");

        var messageBytes = (int)cluster.Bytes("message-bytes", 48 << 20, 1 << 20, 512 << 20);
        var unsentBytes = cluster.Bytes("unsent-bytes", 64L << 20, 1 << 20, 8L << 30);
        if (unsentBytes < messageBytes + TcpFrameSlack)
            cluster.Problem("unsent-bytes", $"a size of at least message-bytes and 1 MiB ({messageBytes + TcpFrameSlack}) is expected; {unsentBytes} came");

        var secret = ReadSecret(cluster, "secret", "REALTIME_CLUSTER_SECRET");
        var formerSecret = ReadSecret(cluster, "former-secret", "REALTIME_CLUSTER_FORMER_SECRET");
        if (formerSecret is not null && secret is null)
            cluster.Problem("former-secret", "a secret is expected beside the former one (cluster.secret, or secret-file); there is none");
        else if (formerSecret is not null && formerSecret == secret)
            cluster.Problem("former-secret", "another secret than cluster.secret is expected, the one before it; the same came");

        var tls = ReadTls(cluster.Section("tls"), hasSecret: secret is not null);
        var isProtected = secret is not null || tls is { Authority: not null, RequiresClientCertificate: true };
        if (isEnabled && !isProtected && !NodeAddress.IsLoopback(host))
            cluster.Problem("secret", $"a secret is expected, or tls with an authority and require-client-certificate, since nodes of other machines reach {host}; there is neither. Whoever got through could read and write everything");

        return new ClusterSettings
        {
            Name = cluster.Text("name", "realtime"),
            Node = ReadNode(root, serverNode, cluster, isEnabled),
            Host = host,
            Port = cluster.Integer("port", 7_400, 0, 65_535),
            AdvertisedHost = advertisedHost,
            AdvertisedPort = advertisedPort,
            Secret = secret,
            FormerSecret = formerSecret,
            Tls = tls,
            ClientAddress = ReadClientAddress(cluster),
            Balance = ReadBalance(cluster.Section("overload")),
            Lease = lease,
            MovePause = cluster.Duration("move-pause", _second / 4, TimeSpan.Zero, TimeSpan.FromHours(1)),
            MoveWithin = cluster.Duration("move-within", _second, _second / 20, TimeSpan.FromMinutes(1)),
            Silence = silence,
            ConnectWithin = cluster.Duration("connect-within", _second, _second / 20, TimeSpan.FromMinutes(1)),
            HandshakeWithin = cluster.Duration("handshake-within", 2 * _second, _second / 10, TimeSpan.FromMinutes(1)),
            HandshakesMax = cluster.Integer("handshakes", 64, 1, 100_000),
            MessageBytesMax = messageBytes,
            UnsentBytesMax = unsentBytes,
            UntakenBytesMax = cluster.Bytes("untaken-bytes", 16L << 20, 1 << 16, 8L << 30),
        };
    }

    /// <summary>A batch is a little longer than the longest message in it.</summary>
    internal const int TcpFrameSlack = 1 << 20;

    private static string ReadNode(KeyReader root, string serverNode, KeyReader cluster, bool isEnabled)
    {
        var node = cluster.OptionalText("node");
        if (node is null && isEnabled && !root.Has("node"))
            cluster.Problem("node", "a name that no other node of the cluster has is expected, here or as realtime.node; it is absent");

        // What the server is called while it is alone is nobody's business but its own.
        node ??= serverNode;
        if ((isEnabled || cluster.Has("node")) && !NodeName.IsValid(node))
            cluster.Problem("node", $"1 to {NodeName.CharsMax} letters, digits, dots, hyphens or underscores are expected; '{node}' came");

        return node;
    }

    private static (string? Host, int? Port) ReadAdvertised(KeyReader cluster, string host, bool isEnabled)
    {
        var advertise = cluster.OptionalText("advertise");
        if (advertise is null)
        {
            if (isEnabled && host is "0.0.0.0" or "::")
                cluster.Problem("advertise", $"the host (or host:port) by which other nodes reach this one is expected, since host {host} is every address of the machine; it is absent");

            return (null, null);
        }

        if (NodeAddress.IsHost(advertise))
            return (advertise, null);

        if (NodeAddress.TryParse(advertise, out var address, out _))
            return (address.Host, address.Port);

        cluster.Problem("advertise", $"a host, or host:port, is expected, as core-1 or core-1:7400; '{advertise}' came");
        return (null, null);
    }

    private static string? ReadClientAddress(KeyReader cluster)
    {
        var text = cluster.OptionalText("client-address");
        if (text is null || (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "ws" or "wss" && address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0))
            return text;

        cluster.Problem("client-address", $"an address with ws or wss and nothing secret in it is expected, as wss://edge-1.example.org/v1/ws; '{text}' came");
        return null;
    }

    private static EdgeBalanceOptions ReadBalance(KeyReader overload)
    {
        var at = overload.Number("at", 0.9, 0.1, 1);
        var until = overload.Number("until", 0.8, 0, 1);
        if (until >= at)
            overload.Problem("until", $"a load below at ({at}) is expected, or clients would be turned away and taken by turns; {until} came");

        return new EdgeBalanceOptions
        {
            OverloadedAt = at,
            Until = until,
            Margin = overload.Number("margin", 0.2, 0.01, 1),
            AwayEvery = overload.Duration("away-every", 5 * _second, _second, TimeSpan.FromHours(1)),
            AwayShareMax = overload.Number("away-share", 0.05, 0, 0.5),
            StayAtLeast = overload.Duration("stay", 60 * _second, TimeSpan.Zero, TimeSpan.FromDays(1)),
        };
    }

    /// <summary>A secret under its own name, or in the file that the name with <c>-file</c> names.</summary>
    private static string? ReadSecret(KeyReader cluster, string key, string variable)
    {
        var fileKey = $"{key}-file";
        var secret = cluster.Secret(key);
        var file = cluster.OptionalText(fileKey);
        if (secret is not null && cluster.IsOnCommandLine(key))
            cluster.Problem(key, $"the secret is expected from a file or the environment (in the configuration file, {key} = ${{?{variable}}}, or {fileKey}); it came by the command line, which others on the machine can read");

        if (secret is not null && file is not null)
            cluster.Problem(fileKey, $"either {key} or {fileKey} is expected; both came");

        if (file is not null && (secret = SecretIn(cluster, fileKey, file)) is null)
            return null;

        if (secret is not null && Encoding.UTF8.GetByteCount(secret) < NodeSecret.BytesMin)
            cluster.Problem(file is null ? key : fileKey, $"a secret of at least {NodeSecret.BytesMin} bytes is expected, as from `openssl rand -base64 32`; {Encoding.UTF8.GetByteCount(secret)} came");

        return secret;
    }

    private static string? SecretIn(KeyReader cluster, string fileKey, string path)
    {
        try
        {
            if (new FileInfo(path).Length <= SecretBytesMax)
                return File.ReadAllText(path).TrimEnd('\r', '\n');

            cluster.Problem(fileKey, $"a file of at most {SecretBytesMax} bytes is expected; a longer one is named");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // Without the path: somebody may have put the secret itself there.
            cluster.Problem(fileKey, $"the path of a file that can be read is expected; what is named cannot ({unreadable.GetType().Name})");
        }

        return null;
    }

    private static ClusterTlsSettings? ReadTls(KeyReader tls, bool hasSecret)
    {
        var authority = tls.OptionalText("authority");
        var requires = tls.Flag("require-client-certificate", false);
        if (TlsSettings.Read(tls) is not { } files)
        {
            if (authority is not null || requires)
                tls.Problem("certificate", "the path of a PEM file with the node's certificate is expected beside authority and require-client-certificate; there is none that can be used");

            return null;
        }

        try
        {
            if (authority is not null)
                _ = CertificateAuthority.Load(authority);
        }
        catch (TlsException unusable)
        {
            tls.Problem(unusable.Key, unusable.Message);
        }

        if (requires && authority is null)
            tls.Problem("authority", "the path of a PEM file is expected with the authorities whose certificates are taken of nodes that call; it is absent, and require-client-certificate is on");
        else if (authority is null && !hasSecret)
            tls.Problem("authority", "the path of a PEM file with the authorities whose certificates are trusted is expected, or cluster.secret, whose proofs cover the certificate; there is neither");

        return new ClusterTlsSettings(files, authority, requires);
    }
}
