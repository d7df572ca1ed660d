using System.Threading.Channels;
using Npgsql;
using RealTimeActors.Actors;

namespace RealTimeActors.Persistence.PostgreSql.Connections;

/// <summary>Calls of one kind, made one after the other on a connection of their own. What does not come back in time has failed, and nobody knows whether it was done.</summary>
/// <typeparam name="TReply">What they answer.</typeparam>
internal sealed class CallLine<TReply> : IAsyncDisposable
    where TReply : class
{
    private const int WaitingMax = 4_096;
    private readonly Database _database;
    private readonly PostgreSqlOptions _options;
    private readonly Func<string, object?, TReply> _failed;
    private readonly Channel<Call> _waiting = Channel.CreateBounded<Call>(new BoundedChannelOptions(WaitingMax) { SingleReader = true });
    private readonly Task _run;
    private NpgsqlConnection? _connection;

    /// <param name="database">The database.</param>
    /// <param name="options">How long things may take.</param>
    /// <param name="failed">The answer to a call that failed: message and tag.</param>
    internal CallLine(Database database, PostgreSqlOptions options, Func<string, object?, TReply> failed)
    {
        _database = database;
        _options = options;
        _failed = failed;
        _run = Task.Run(RunAsync);
    }

    internal void Add(Func<NpgsqlConnection, Task<TReply>> run, object? tag, IActorRef<TReply> replyTo) => Add(run, replyTo.Tell, tag);

    /// <summary>The same for who can wait.</summary>
    internal Task<TReply> CallAsync(Func<NpgsqlConnection, Task<TReply>> run)
    {
        var told = new TaskCompletionSource<TReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(run, told.SetResult, null);
        return told.Task;
    }

    /// <summary>A call that stands for several.</summary>
    /// <param name="run">Makes it, and says how those who wait are answered.</param>
    /// <param name="fail">Answers them when it failed: with the message.</param>
    internal void Add(Func<NpgsqlConnection, Task<Action>> run, Action<string> fail)
    {
        if (!_waiting.Writer.TryWrite(new Call(run, fail)))
            fail($"{_database.Name}: the store is closing, or more than {WaitingMax} calls are waiting.");
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _run;
        if (_connection is not null)
            await _connection.DisposeAsync();
    }

    private void Add(Func<NpgsqlConnection, Task<TReply>> run, Action<TReply> tell, object? tag) => Add(
        async connection =>
        {
            var reply = await run(connection);
            return () => tell(reply);
        },
        message => tell(_failed(message, tag)));

    private async Task RunAsync()
    {
        await foreach (var call in _waiting.Reader.ReadAllAsync())
            await MakeAsync(call);
    }

    private async Task MakeAsync(Call call)
    {
        Task<Action>? run = null;
        Action answer;
        try
        {
            _connection ??= await _database.ConnectAsync(CancellationToken.None);
            run = call.Run(_connection);
            answer = await run.WaitAsync(_options.StatementWithin + _options.ConnectWithin, _options.Time);
        }
        catch (Exception error)
        {
            // A connection that met an error is not trusted again: the next call opens another.
            if (_connection is not null)
                _ = EndAsync(_connection, run);

            _connection = null;
            answer = () => call.Fail(DatabaseFailure.Of(error, _database.Name).Message);
        }

        answer();
    }

    private static async Task EndAsync(NpgsqlConnection connection, Task? run)
    {
        if (run is not null)
            await run.ContinueWith(_ => { }, TaskScheduler.Default);

        await connection.DisposeAsync();
    }

    private sealed record Call(Func<NpgsqlConnection, Task<Action>> Run, Action<string> Fail);
}
