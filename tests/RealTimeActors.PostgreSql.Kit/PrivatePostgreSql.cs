using System.Globalization;
using System.Text;
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
    private readonly PostgreSqlPlace _place;
    private readonly string[] _settings;
    private readonly int _port;
    private int? _postmaster;
    private bool _isKilled;

    private PrivatePostgreSql(string folder, PostgreSqlPlace place, string[] settings)
    {
        _folder = folder;
        _place = place;
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

    /// <summary>Whether its first process runs: it ends by itself where it cannot write.</summary>
    public bool IsRunning => Postmaster() is not null;

    private string Data => Path.Combine(_place.DataFolder ?? _folder, "data");

    private string PidFile => Path.Combine(Data, "postmaster.pid");

    private string LogFile => Path.Combine(_folder, "log");

    /// <summary>Makes a server and starts it.</summary>
    /// <param name="settings">Of postgresql.conf, as <c>max_connections=50</c>.</param>
    public static Task<PrivatePostgreSql> StartNewAsync(params string[] settings) => StartNewAsync(new PostgreSqlPlace(), settings);

    /// <summary>Makes a server in a certain place and starts it.</summary>
    /// <param name="place">Where.</param>
    /// <param name="settings">Of postgresql.conf, as <c>max_connections=50</c>.</param>
    public static async Task<PrivatePostgreSql> StartNewAsync(PostgreSqlPlace place, params string[] settings)
    {
        if (WhyNot is { } reason)
            throw new InvalidOperationException(reason);

        // Short: the path of a socket has at most 107 bytes.
        var folder = Directory.CreateTempSubdirectory("rta-pg-").FullName;
        PostgreSqlTools.GiveAway(folder);
        if (place.DataFolder is { } data)
            PostgreSqlTools.GiveAway(data);

        var server = new PrivatePostgreSql(folder, place, settings);
        try
        {
            // Where its disk may lose power, what is made here has to be on it; and where it is small, so are the segments of the log.
            string[] how = place.DataFolder is null ? ["--no-sync"] : ["--wal-segsize=1"];
            await PostgreSqlTools.RunAsync("initdb", ["-D", server.Data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions", .. how]);
            if (place.Clients is { } clients)
                server.Allow(clients);

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
        if (_isKilled)
            DeleteWhatWasLeft();

        _isKilled = false;

        var addresses = _place.Address is { } address ? $"127.0.0.1,{address}" : "127.0.0.1";
        string[] settings = [$"port={_port}", $"unix_socket_directories={_folder}", $"listen_addresses={addresses}", "max_connections=100", .. _settings];
        try
        {
            await PostgreSqlTools.RunAsync("pg_ctl", "-D", Data, "-l", LogFile, "-w", "-t", "60", "-o", string.Join(' ', settings.Select(setting => $"-c {setting}")), "start");
            _postmaster = PostmasterByFile();
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
        var running = Postmaster();
        (_postmaster, _isKilled) = (null, true);
        if (running is not { } postmaster)
            return;

        // Held first: otherwise it starts others while they are being counted.
        PostgreSqlTools.Signal("STOP", [postmaster]);
        int[] all = [postmaster, .. PostgreSqlTools.ChildrenOf(postmaster)];
        PostgreSqlTools.Signal("KILL", all);
        PostgreSqlTools.WaitForTheEndOf(all);
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

    private void Allow(string clients)
    {
        // On the disk before anything else is: a power cut would take it away.
        using var rules = new FileStream(Path.Combine(Data, "pg_hba.conf"), FileMode.Append);
        rules.Write(Encoding.UTF8.GetBytes($"host all all {clients} trust\n"));
        rules.Flush(flushToDisk: true);
    }

    private void Signal(string signal)
    {
        // Each of its processes has a group of its own.
        if (Postmaster() is { } postmaster)
            PostgreSqlTools.Signal(signal, [postmaster, .. PostgreSqlTools.ChildrenOf(postmaster)]);
    }

    /// <summary>The next start would take a number that somebody has by now, or that nobody has collected yet, for a server that runs.</summary>
    private void DeleteWhatWasLeft()
    {
        File.Delete(PidFile);
        File.Delete(Path.Combine(_folder, $".s.PGSQL.{_port}.lock"));
    }

    /// <summary>It is remembered: of a disk that has lost its power no file can be read.</summary>
    private int? Postmaster() => !_isKilled && (_postmaster ?? PostmasterByFile()) is { } known && PostgreSqlTools.IsRunning(known) ? known : null;

    private int? PostmasterByFile() =>
        File.Exists(PidFile) && int.TryParse(File.ReadLines(PidFile).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var postmaster) ? postmaster : null;
}
