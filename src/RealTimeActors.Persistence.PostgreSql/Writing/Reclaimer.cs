using RealTimeActors.Persistence.PostgreSql.Connections;

namespace RealTimeActors.Persistence.PostgreSql.Writing;

/// <summary>
/// Deletes rows that were let go, in bounded slices on a connection of its own. What is left to do stands in the tables, so whoever opens the store next goes on with it; nodes that
/// do it at once only do the same twice.
/// </summary>
internal sealed class Reclaimer : IAsyncDisposable
{
    private const int SliceRows = 1_000;
    private readonly Database _database;
    private readonly PostgreSqlOptions _options;
    private readonly SemaphoreSlim _look = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _run;

    internal Reclaimer(Database database, PostgreSqlOptions options)
    {
        _database = database;
        _options = options;
        _run = Task.Run(RunAsync);
    }

    /// <summary>Something was let go.</summary>
    internal void LookAgain()
    {
        try
        {
            _look.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is going to look anyway.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _run;
        _closing.Dispose();
        _look.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await _look.WaitAsync(_closing.Token);
                await ReclaimAsync();

                // Trims come in swarms: one look for many of them.
                await Task.Delay(TimeSpan.FromSeconds(1), _options.Time, _closing.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception error) when (DatabaseFailure.Is(error))
            {
                // There is no hurry: it is tried again a little later.
                LookAgain();
                await Task.Delay(TimeSpan.FromSeconds(5), _options.Time, _closing.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task ReclaimAsync()
    {
        await using var connection = await _database.ConnectAsync(_closing.Token);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT reclaim({SliceRows})";
        while (await command.ExecuteScalarAsync(_closing.Token) is true)
        {
        }
    }
}
