using System.Collections.Frozen;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using RealTimeActors.Edge;
using RealTimeActors.Engine;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Hosting.Settings;

/// <summary>Reads section <c>realtime</c> of a configuration: every key that there is, its default and its range, in one place.</summary>
public static class SettingsReader
{
    /// <summary>The section that is read.</summary>
    public const string SectionName = "realtime";

    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _day = TimeSpan.FromDays(1);

    /// <summary>Reads and checks everything.</summary>
    /// <exception cref="SettingsException">Something is wrong; it says all that is.</exception>
    public static ServerSettings Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var log = new ReadLog(path => SettingsSource.SourceOf(configuration, path));
        var settings = Read(configuration, log);
        return log.Problems.Count == 0 ? settings : throw new SettingsException(log.Problems);
    }

    /// <param name="configuration">Has the section.</param>
    /// <param name="log">What was asked for, and what was wrong.</param>
    /// <param name="mergeRules">The application's conflict rules that were added in code; null: none.</param>
    internal static ServerSettings Read(IConfiguration configuration, ReadLog log, IReadOnlyDictionary<string, IMergeRule>? mergeRules = null)
    {
        var root = new KeyReader(configuration.GetSection(SectionName), log);
        var http = root.Section("http");
        var webSocket = http.Section("websocket");
        var limits = root.Section("limits");
        var telemetry = root.Section("telemetry");
        var figures = root.Section("machine-figures");

        var host = http.Text("host", "127.0.0.1");
        var jwt = AuthSettings.Read(root.Section("auth"), http, host);
        var (provider, postgreSql) = JournalSettings.Read(root.Section("journal"));
        var node = root.Text("node", "n1");
        var (roles, cluster) = ClusterReader.Read(root, node, provider);
        var settings = new ServerSettings
        {
            Host = host,
            Port = http.Integer("port", 8080, 0, 65_535),
            DataDirectory = root.Text("data-directory", "./data"),
            Journal = provider,
            PostgreSql = postgreSql,
            Roles = roles,
            Cluster = cluster,
            DrainWithin = root.Section("drain").Duration("within", 5 * _second, TimeSpan.Zero, TimeSpan.FromMinutes(10)),
            DrainSpread = root.Section("drain").Duration("spread", 2 * _second, TimeSpan.Zero, TimeSpan.FromMinutes(10)),
            LogLevel = ReadLogLevel(root.Section("log")),
            MachineFiguresEnabled = figures.Flag("enabled", true),
            MachineFiguresEvery = figures.Duration("every", _second, _second / 10, TimeSpan.FromHours(1)),
            Jwt = jwt,
            Tls = TlsSettings.Read(http.Section("tls")),
            DirectWebSockets = webSocket.Flag("direct", true),
            Edge = TelemetryReader.ReadAccess(telemetry.Section("prometheus"), ReadEdge(http, webSocket, limits)) with { ListensOnLoopback = AuthSettings.IsLoopback(host) },
            Telemetry = TelemetryReader.Read(telemetry),
            Engine = ReadEngine(root, node, limits, mergeRules ?? FrozenDictionary<string, IMergeRule>.Empty),
        };

        var (checkpoints, keyFile) = IntegritySettings.Read(root.Section("integrity"));
        settings = settings with { CheckpointKeyFile = keyFile, Engine = settings.Engine with { Checkpoints = checkpoints } };
        if (jwt is not null)
            settings = settings with { Engine = settings.Engine with { TokenLifetimeMax = jwt.LifetimeMax } };

        settings = settings with { Edge = settings.Edge with { DeliveredTimeout = settings.Engine.DeliveredTimeout } };
        root.Finish();
        return settings;
    }

    private static EdgeOptions ReadEdge(KeyReader http, KeyReader webSocket, KeyReader limits) => new()
    {
        Origins = http.Texts("origins"),
        RequestTimeout = http.Duration("request-timeout", 10 * _second, _second / 10, TimeSpan.FromMinutes(10)),
        CloseWait = http.Duration("close-wait", 2 * _second, _second / 100, TimeSpan.FromMinutes(1)),
        ConnectionsMax = limits.Integer("connections", 100_000, 1, 10_000_000),
        FrameBytesMax = FrameBytes(limits),
        MessageBytesMax = (int)limits.Bytes("message-bytes", Limits.MessageBytesMax, 1_024, 64 << 20),
        Compresses = webSocket.Flag("compression", false),
        UnsentBytesMax = (int)limits.Bytes("unsent-bytes", 65_536, 0, 64 << 20),
        ReceiveWindowBytes = (int)limits.Bytes("receive-window-bytes", 1 << 20, 65_536, 64 << 20),
        ArrayEventsMax = limits.Integer("array-events", 1_000, 1, 10_000),
        ControlFramesPerSecond = limits.Integer("control-frames-per-second", 100, 1, 1_000_000),
        MessageWithin = limits.Duration("message-within", 30 * _second, _second / 10, TimeSpan.FromHours(1)),
        BodyWithin = limits.Duration("body-within", 30 * _second, _second / 10, TimeSpan.FromHours(1)),
        HandshakeWithin = limits.Duration("handshake-within", 10 * _second, _second / 10, TimeSpan.FromMinutes(10)),
        HandshakesPerAddress = limits.Integer("handshakes-per-address", 4_096, 0, 10_000_000),
        ConnectionsPerAddress = limits.Integer("connections-per-address", 0, 0, 10_000_000),
        BroadcastChannelsMax = limits.Integer("broadcast-channels", 1_000, 1, 10_000),
        DownBytesMax = (int)limits.Bytes("down-bytes", 64 << 10, 4_096, 16 << 20),
        DownBytesAbsentMax = (int)limits.Bytes("down-bytes-absent", 16 << 10, 1_024, 16 << 20),
        BatchesKept = limits.Integer("batches-kept", 64, 1, 10_000),
        BatchBytesKeptMax = (int)limits.Bytes("batch-bytes-kept", 256 << 10, 4_096, 64 << 20),
        BatchesKeptFor = limits.Duration("batches-kept-for", 60 * _second, _second, TimeSpan.FromHours(1)),
        FeedBytesMax = (int)limits.Bytes("feed-bytes", 1 << 20, 65_536, 1 << 30),
        TicketsMax = limits.Integer("tickets", 100_000, 1, 10_000_000),
        TicketsPerUserMax = limits.Integer("tickets-per-user", 1_000, 1, 1_000_000),
        DownStreamWithin = http.Duration("down-stream-within", 30 * _second, _second, TimeSpan.FromMinutes(10)),
        AnswersWithin = http.Duration("answers-within", 30 * _second, _second / 10, TimeSpan.FromMinutes(10)),
        PollWaitMax = http.Duration("poll-wait", 60 * _second, _second, TimeSpan.FromMinutes(10)),
        StreamHeartbeat = http.Duration("stream-heartbeat", 15 * _second, _second, TimeSpan.FromMinutes(10)),
        StreamWriteWithin = http.Duration("stream-write-within", TimeSpan.FromMinutes(5), _second, _day),
        TicketWithin = http.Duration("ticket-within", 30 * _second, _second, TimeSpan.FromMinutes(10)),
    };

    private static EngineOptions ReadEngine(KeyReader root, string node, KeyReader limits, IReadOnlyDictionary<string, IMergeRule> mergeRulesInCode)
    {
        var session = root.Section("session");
        var engine = root.Section("engine");
        var edges = engine.Integer("edges", 0, 0, 1_024);
        var state = root.Section("state");
        var mergeRules = StateSettings.ReadRules(state, mergeRulesInCode);
        var (channels, access) = ChannelRules.Read(root.Sections("channels"), mergeRules);
        var isOpen = root.Section("access").OneOf("default", "deny", "deny", "open") == "open";

        return new EngineOptions
        {
            Node = node,
            Channels = channels,
            MergeRules = mergeRules,
            StateSkewMax = state.Duration("skew", 5 * _second, TimeSpan.Zero, TimeSpan.FromHours(1)),
            StatePartBytesMax = (int)state.Bytes("part-bytes", 32 << 10, 4_096, FrameBytes(limits)),
            Presence = PresenceSettings.Read(root.Section("presence")),
            Access = access.Count == 0 && !isOpen ? AccessRules.Closed : new AccessRules(access, isOpen),
            HelloWithin = session.Duration("hello-within", 5 * _second, _second / 10, TimeSpan.FromMinutes(10)),
            Heartbeat = session.Duration("heartbeat", 25 * _second, _second / 10, TimeSpan.FromHours(1)),
            SessionExpiry = session.Duration("expiry", 7 * _day, _second, 3_650 * _day),
            UnsavedSessionKeptFor = session.Duration("unsaved-kept-for", 120 * _second, TimeSpan.Zero, _day),
            SessionSweepEvery = session.Duration("sweep-every", TimeSpan.FromMinutes(10), _second, _day),
            DeliveredTimeout = session.Duration("delivered-timeout", 10 * _second, _second / 100, TimeSpan.FromHours(1)),
            Reconnect = ReadReconnect(session.Section("reconnect")),
            FrameBytesMax = FrameBytes(limits),
            SubscriptionsMax = limits.Integer("subscriptions", 200, 1, 100_000),
            PatternChannelsMax = limits.Integer("pattern-channels", 100_000, 1, 10_000_000),
            RingBytesMax = (int)limits.Bytes("ring-bytes", 1 << 20, 65_536, 1 << 30),
            OutboxBytesMax = (int)limits.Bytes("outbox-bytes", 256 << 10, 16_384, 256 << 20),
            UndecidedEventsMax = limits.Integer("undecided-events", 100_000, 1, 10_000_000),
            CatchUpEventsMax = limits.Integer("catch-up-events", 256, 1, 10_000),
            Edges = edges == 0 ? Environment.ProcessorCount : edges,
            Shards = engine.Integer("shards", 64, 1, 4_096),
            PatternsCheckedEvery = engine.Duration("patterns-checked-every", 30 * _second, _second, _day),
            PassivateAfter = engine.Duration("passivate-after", 60 * _second, _second / 10, _day),
        };
    }

    private static int FrameBytes(KeyReader limits) => (int)limits.Bytes("frame-bytes", Limits.FrameBytesMax, 1_024, 1 << 20);

    private static ReconnectAdvice ReadReconnect(KeyReader reconnect)
    {
        var advice = new ReconnectAdvice(
            (long)reconnect.Duration("min", _second / 10, _second / 1_000, TimeSpan.FromHours(1)).TotalMilliseconds,
            (long)reconnect.Duration("max", 5 * _second, _second / 1_000, TimeSpan.FromHours(1)).TotalMilliseconds,
            reconnect.Number("factor", 1.5, 1, 10),
            reconnect.Number("jitter", 1, 0, 1));
        if (advice.MinMs > advice.MaxMs)
            reconnect.Problem("max", $"a duration not below min ({advice.MinMs}ms) is expected; {advice.MaxMs}ms came");

        return advice;
    }

    private static LogLevel ReadLogLevel(KeyReader log) => log.OneOf("level", "warning", "debug", "information", "warning", "error", "none") switch
    {
        "debug" => LogLevel.Debug,
        "information" => LogLevel.Information,
        "error" => LogLevel.Error,
        "none" => LogLevel.None,
        _ => LogLevel.Warning,
    };
}
