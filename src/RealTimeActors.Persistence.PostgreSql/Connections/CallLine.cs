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

    internal void Add(Func<NpgsqlConnection, Task<TReply>> run, object? tag, IActorRef<TReply> replyTo) => Add(new Call(run, tag, replyTo.Tell));

    /// <summary>The same for who can wait.</summary>
    internal Task<TReply> CallAsync(Func<NpgsqlConnection, Task<TReply>> run)
    {
        var told = new TaskCompletionSource<TReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(new Call(run, null, told.SetResult));
        return told.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _run;
        if (_connection is not null)
            await _connection.DisposeAsync();
    }

    private void Add(Call call)
    {
        if (!_waiting.Writer.TryWrite(call))
            call.Tell(_failed($"{_database.Name}: the store is closing, or more than {WaitingMax} calls are waiting.", call.Tag));
    }

    private async Task RunAsync()
    {
        await foreach (var call in _waiting.Reader.ReadAllAsync())
            call.Tell(await MakeAsync(call));
    }

    private async Task<TReply> MakeAsync(Call call)
    {
        Task<TReply>? run = null;
        try
        {
            _connection ??= await _database.ConnectAsync(CancellationToken.None);
            run = call.Run(_connection);
            return await run.WaitAsync(_options.StatementWithin + _options.ConnectWithin, _options.Time);
        }
        catch (Exception error)
        {
            // A connection that met an error is not trusted again: the next call opens another.
            if (_connection is not null)
                _ = EndAsync(_connection, run);

            _connection = null;
            return _failed(DatabaseFailure.Of(error, _database.Name).Message, call.Tag);
        }
    }

    private static async Task EndAsync(NpgsqlConnection connection, Task? run)
    {
        if (run is not null)
            await run.ContinueWith(_ => { }, TaskScheduler.Default);

        await connection.DisposeAsync();
    }

    private sealed record Call(Func<NpgsqlConnection, Task<TReply>> Run, object? Tag, Action<TReply> Tell);
}
