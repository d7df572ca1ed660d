using System.Threading.Channels;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.PostgreSql.Connections;
using RealTimeActors.Persistence.PostgreSql.Work;

namespace RealTimeActors.Persistence.PostgreSql.Reading;

/// <summary>One connection that looks things up, one after the other.</summary>
internal sealed class Reader
{
    private readonly PostgreSqlStore _store;
    private readonly Database _database;
    private readonly PostgreSqlOptions _options;
    private readonly ChannelReader<ReadWork> _waiting;
    private readonly Task _run;
    private StreamLook? _look;

    internal Reader(PostgreSqlStore store, Database database, PostgreSqlOptions options, ChannelReader<ReadWork> waiting)
    {
        _store = store;
        _database = database;
        _options = options;
        _waiting = waiting;
        _run = Task.Run(RunAsync);
    }

    internal async Task CloseAsync()
    {
        await _run;
        if (_look is not null)
            await _look.DisposeAsync();
    }

    private async Task RunAsync()
    {
        await foreach (var work in _waiting.ReadAllAsync())
            _store.OnLooked(work, await LookAsync(work));
    }

    private async Task<JournalReply> LookAsync(ReadWork work)
    {
        // A connection that was opened earlier may be gone without our knowing: then, and only then, another one may see what this one did not.
        for (var mayBeStale = _look is not null; ; mayBeStale = false)
        {
            var looking = Task.CompletedTask;
            try
            {
                _look ??= await StreamLook.OpenAsync(_database, _options);
                var look = work.RunAsync(_look);
                looking = look;
                return await look.WaitAsync(_options.StatementWithin + _options.ConnectWithin, _options.Time);
            }
            catch (Exception error)
            {
                // A connection that met an error is not trusted again: the next look opens another.
                if (_look is not null)
                    _ = EndAsync(_look, looking);

                _look = null;
                var failure = DatabaseFailure.Of(error, _database.Name);
                if (!mayBeStale || !failure.IsLost)
                    return work.Failed(failure.Fault, failure.Reason);
            }
        }
    }

    private static async Task EndAsync(StreamLook look, Task looking)
    {
        await looking.ContinueWith(_ => { }, TaskScheduler.Default);
        try
        {
            await look.DisposeAsync();
        }
        catch (Exception error) when (DatabaseFailure.Is(error))
        {
            // Its connection is gone: there is nothing left to say good-bye to.
        }
    }
}
