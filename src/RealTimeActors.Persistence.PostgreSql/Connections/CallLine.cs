using System.Threading.Channels;
using Npgsql;
using RealTimeActors.Actors;

namespace RealTimeActors.Persistence.PostgreSql.Connections;

/// <summary>Calls of one kind, made one after the other on a connection of their own. What does not come back in time has failed, and nobody knows whether it was done.</summary>
/// <remarks>Where there is no connection one is made, and tried for as long as it takes, before there is a call that needs it: leases are taken when somebody has died, or the database is back, and then it is urgent.</remarks>
/// <typeparam name="TReply">What they answer.</typeparam>
internal sealed class CallLine<TReply> : IAsyncDisposable
    where TReply : class
{
    private const int WaitingMax = 4_096;
    private static readonly TimeSpan _pauseMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _pauseMax = TimeSpan.FromMilliseconds(400);
    private readonly Database _database;
    private readonly PostgreSqlOptions _options;
    private readonly Func<string, object?, TReply> _failed;
    private readonly Channel<Call> _waiting = Channel.CreateBounded<Call>(new BoundedChannelOptions(WaitingMax) { SingleReader = true });
    private readonly Action _onLost;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _run;
    private NpgsqlConnection? _connection;
    private Task<NpgsqlConnection>? _connecting;
    private Task<bool>? _arrival;

    /// <param name="database">The database.</param>
    /// <param name="options">How long things may take.</param>
    /// <param name="failed">The answer to a call that failed: message and tag.</param>
    /// <param name="onLost">Called when a connection was lost: others to the same database are likely to be, too.</param>
    internal CallLine(Database database, PostgreSqlOptions options, Func<string, object?, TReply> failed, Action? onLost = null)
    {
        _database = database;
        _options = options;
        _failed = failed;
        _onLost = onLost ?? (static () => { });
        _run = Task.Run(RunAsync);
    }

    /// <summary>The connection is likely to be lost, though nothing was asked on it since: another is made, before a call finds out.</summary>
    internal void Distrust() => _waiting.Writer.TryWrite(new Call(null, static _ => { }));

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
        await _closing.CancelAsync();
        if (_connecting is not null)
            await EndAsync(_connecting);

        if (_connection is not null)
            await _connection.DisposeAsync();

        _closing.Dispose();
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
        while (await WaitAsync())
        {
            while (_waiting.Reader.TryRead(out var call))
                await MakeAsync(call);
        }
    }

    /// <summary>Until there is a call. False when there will be none any more.</summary>
    private async Task<bool> WaitAsync()
    {
        _arrival ??= _waiting.Reader.WaitToReadAsync().AsTask();
        for (var pause = _pauseMin; _connection is null && !_arrival.IsCompleted; pause = pause * 2 < _pauseMax ? pause * 2 : _pauseMax)
        {
            // A call that comes meanwhile waits for the same attempt.
            _connecting ??= _database.ConnectAsync(_closing.Token);
            if (await Task.WhenAny(_arrival, _connecting) == _arrival)
                break;

            var connecting = _connecting;
            _connecting = null;
            await connecting.ContinueWith(static _ => { }, TaskScheduler.Default);
            if (connecting.IsCompletedSuccessfully)
                _connection = await connecting;
            else
                await Task.WhenAny(_arrival, Task.Delay(pause, _options.Time, _closing.Token));
        }

        var isOpen = await _arrival;
        _arrival = null;
        return isOpen;
    }

    private async Task MakeAsync(Call call)
    {
        Task<Action>? run = null;
        Action answer;
        try
        {
            if (call.Run is null)
            {
                Drop(null);
                return;
            }

            _connection ??= await ConnectAsync();
            run = call.Run(_connection);
            answer = await run.WaitAsync(_options.StatementWithin + _options.ConnectWithin, _options.Time);
        }
        catch (Exception error)
        {
            // A connection that met an error is not trusted again: the next call finds another.
            Drop(run);
            var failure = DatabaseFailure.Of(error, _database.Name);
            if (failure.IsLost)
                _onLost();

            answer = () => call.Fail(failure.Message);
        }

        answer();
    }

    private Task<NpgsqlConnection> ConnectAsync()
    {
        var connecting = _connecting ?? _database.ConnectAsync(_closing.Token);
        _connecting = null;
        return connecting;
    }

    private void Drop(Task? run)
    {
        if (_connection is not null)
            _ = EndAsync(_connection, run);

        _connection = null;
    }

    private static async Task EndAsync(NpgsqlConnection connection, Task? run)
    {
        if (run is not null)
            await run.ContinueWith(_ => { }, TaskScheduler.Default);

        await connection.DisposeAsync();
    }

    private static async Task EndAsync(Task<NpgsqlConnection> connecting)
    {
        await connecting.ContinueWith(static _ => { }, TaskScheduler.Default);
        if (connecting.IsCompletedSuccessfully)
            await (await connecting).DisposeAsync();
    }

    /// <param name="Run">Makes it; null: nothing is asked, the connection is only not trusted any more.</param>
    /// <param name="Fail">Answers when it failed.</param>
    private sealed record Call(Func<NpgsqlConnection, Task<Action>>? Run, Action<string> Fail);
}
