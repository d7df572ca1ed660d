using System.Globalization;
using Npgsql;

namespace RealTimeActors.PostgreSql.Kit;

/// <summary>
/// A PostgreSQL server of its own, from Debian's package: data directory and socket under a temporary folder, a free port on loopback, run by an unprivileged user. It can be
/// stopped, killed, held and started again on the same data.
/// </summary>
public sealed class PrivatePostgreSql : IAsyncDisposable
{
    private const string User = "realtime";
    private static readonly Lazy<string?> _missing = new(PostgreSqlTools.WhatIsMissing);
    private readonly string _folder;
    private readonly string[] _settings;
    private readonly int _port;

    private PrivatePostgreSql(string folder, string[] settings)
    {
        _folder = folder;
        _settings = settings;
        _port = FreePorts.Next();
    }

    /// <summary>Why there can be none here; null: there can.</summary>
    public static string? WhyNot => _missing.Value;

    /// <summary>For Npgsql, through the socket in the temporary folder.</summary>
    public string ConnectionString => $"Host={_folder};Port={_port};Database=postgres;Username={User}";

    /// <summary>For Npgsql over TCP on loopback, as proxies and partitions need it.</summary>
    public string TcpConnectionString => $"Host=127.0.0.1;Port={_port};Database=postgres;Username={User}";

    /// <summary>The port on loopback.</summary>
    public int Port => _port;

    /// <summary>The first of its processes, whose children all others are; null: it does not run.</summary>
    public int? ProcessId => Postmaster();

    /// <summary>What the server wrote to its log.</summary>
    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    private string Data => Path.Combine(_folder, "data");

    private string PidFile => Path.Combine(Data, "postmaster.pid");

    private string LogFile => Path.Combine(_folder, "log");

    /// <summary>Makes a server and starts it.</summary>
    /// <param name="settings">Of postgresql.conf, as <c>max_connections=50</c>.</param>
    public static async Task<PrivatePostgreSql> StartNewAsync(params string[] settings)
    {
        if (WhyNot is { } reason)
            throw new InvalidOperationException(reason);

        // Short: the path of a socket has at most 107 bytes.
        var folder = Directory.CreateTempSubdirectory("rta-pg-").FullName;
        PostgreSqlTools.GiveAway(folder);
        var server = new PrivatePostgreSql(folder, settings);
        try
        {
            await PostgreSqlTools.RunAsync("initdb", "-D", server.Data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions");
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a file or folder the server's own, as it wants its private key to be.</summary>
    public static void GiveAway(string path) => PostgreSqlTools.ChangeOwner(path);

    /// <summary>Starts it, and waits until it lets connections in.</summary>
    public async Task StartAsync()
    {
        string[] settings = [$"port={_port}", $"unix_socket_directories={_folder}", "listen_addresses=127.0.0.1", "max_connections=100", .. _settings];
        try
        {
            await PostgreSqlTools.RunAsync("pg_ctl", "-D", Data, "-l", LogFile, "-w", "-t", "60", "-o", string.Join(' ', settings.Select(setting => $"-c {setting}")), "start");
        }
        catch (InvalidOperationException failed)
        {
            throw new InvalidOperationException($"{failed.Message}\nIts log ends with:\n{string.Join('\n', Log.Split('\n').TakeLast(10))}", failed);
        }
    }

    /// <summary>Ends it in good order, connections or not.</summary>
    public Task StopAsync() => PostgreSqlTools.RunAsync("pg_ctl", "-D", Data, "-w", "-m", "fast", "stop");

    /// <summary>kill -9 to all of its processes, as if the machine had lost them.</summary>
    public void Kill()
    {
        if (Postmaster() is not { } postmaster)
            return;

        // Held first: otherwise it starts others while they are being counted.
        PostgreSqlTools.Signal("STOP", [postmaster]);
        int[] all = [postmaster, .. PostgreSqlTools.ChildrenOf(postmaster)];
        PostgreSqlTools.Signal("KILL", all);
        PostgreSqlTools.WaitForTheEndOf(all);

        // The next start would take a number that somebody has by now, or that nobody has collected yet, for a server that runs.
        File.Delete(PidFile);
        File.Delete(Path.Combine(_folder, $".s.PGSQL.{_port}.lock"));
    }

    /// <summary>Holds all of its processes where they are, until <see cref="Continue"/>.</summary>
    public void Hold() => Signal("STOP");

    public void Continue() => Signal("CONT");

    /// <summary>Runs statements as the owner of everything.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{ConnectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The one value that a query answers.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection($"{ConnectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Ends the server, and takes its folder away.</summary>
    public ValueTask DisposeAsync()
    {
        Kill();
        PostgreSqlTools.Remove(_folder);
        return ValueTask.CompletedTask;
    }

    private void Signal(string signal)
    {
        // Each of its processes has a group of its own.
        if (Postmaster() is { } postmaster)
            PostgreSqlTools.Signal(signal, [postmaster, .. PostgreSqlTools.ChildrenOf(postmaster)]);
    }

    private int? Postmaster() =>
        File.Exists(PidFile) && int.TryParse(File.ReadLines(PidFile).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var postmaster) ? postmaster : null;
}
