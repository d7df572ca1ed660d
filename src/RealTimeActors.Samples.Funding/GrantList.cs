using System.Text.Json;
using RealTimeActors.Hosting;

namespace RealTimeActors.Samples.Funding;

/// <summary>
/// The amounts of all grants, folded from the channel and kept in a file together with the offset up to which it is folded. After a crash the last events may come
/// again, never fewer: by its offset the list knows what it has seen, so that each event counts once.
/// </summary>
internal sealed partial class GrantList(IChannel<GrantEvent> grants, IConfiguration configuration, ILogger<GrantList> log) : IHostedService
{
    private readonly string _file = configuration["grants-file"] ?? "grants.json";
    private readonly Lock _gate = new();
    private GrantListState _state = new("", 0, []);
    private TaskCompletionSource _moved = NewMove();
    private ISubscription? _subscription;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(_file))
            _state = JsonSerializer.Deserialize<GrantListState>(await File.ReadAllBytesAsync(_file, cancellationToken))!;

        _subscription = await grants.SubscribeAsync("grant-list", OnEventAsync, cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_subscription is not null)
            await _subscription.DisposeAsync();
    }

    /// <summary>The list, once it has come as far as the offset.</summary>
    internal async Task<GrantListState> ReadAsync(long after, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task moved;
            lock (_gate)
            {
                if (_state.Offset >= after)
                    return _state;

                moved = _moved.Task;
            }

            await moved.WaitAsync(cancellationToken);
        }
    }

    private async ValueTask OnEventAsync(Received<GrantEvent> received, CancellationToken stop)
    {
        // Another epoch is another log (a restored backup): what was folded from the former one does not count.
        var state = received.Epoch == _state.Epoch ? _state : new GrantListState(received.Epoch, 0, []);
        if (received.Offset <= state.Offset)
            return;

        if (received.Event is null)
            NotUnderstood(log, received.Offset, received.Problem);

        var next = state with { Offset = received.Offset, Amounts = Fold(state.Amounts, received.Event) };
        await SaveAsync(next, stop);
        lock (_gate)
        {
            _state = next;
            _moved.SetResult();
            _moved = NewMove();
        }
    }

    private static Dictionary<string, decimal> Fold(IReadOnlyDictionary<string, decimal> amounts, GrantEvent? @event)
    {
        var next = new Dictionary<string, decimal>(amounts);
        switch (@event)
        {
            case GrantEvent.Opened opened:
                next[opened.Id] = opened.Amount;
                break;
            case GrantEvent.Raised raised:
                next[raised.Id] = next.GetValueOrDefault(raised.Id) + raised.By;
                break;
        }

        return next;
    }

    /// <summary>Amounts and offset in one step: a crash leaves the former file or the new one.</summary>
    private async Task SaveAsync(GrantListState state, CancellationToken stop)
    {
        var next = _file + ".new";
        await using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            await JsonSerializer.SerializeAsync(file, state, cancellationToken: stop);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, _file, overwrite: true);
    }

    private static TaskCompletionSource NewMove() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Offset {Offset} is left out of the list: {Problem}")]
    private static partial void NotUnderstood(ILogger log, long offset, string? problem);
}
