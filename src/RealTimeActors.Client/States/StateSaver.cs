using System.Diagnostics.CodeAnalysis;
using RealTimeActors.Client.Machine.State;

namespace RealTimeActors.Client.States;

/// <summary>Saves a document now and then while it changes, and at the end.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The timer is disposed of by StopAsync; the semaphore has nothing to dispose of.")]
internal sealed class StateSaver
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(10);
    private readonly string _channel;
    private readonly IReadOnlyList<string>? _fields;
    private readonly IStateCache _cache;
    private readonly Action<Exception>? _notSaved;
    private readonly SemaphoreSlim _saving = new(1, 1);
    private readonly ITimer _timer;
    private volatile StateSnapshot? _newest;
    private StateSnapshot? _saved;
    private bool _isStopped;

    internal StateSaver(string channel, IReadOnlyList<string>? fields, IStateCache cache, Action<Exception>? notSaved, TimeProvider time)
    {
        _channel = channel;
        _fields = fields;
        _cache = cache;
        _notSaved = notSaved;
        _timer = time.CreateTimer(_ => _ = SaveAsync(), null, _every, _every);
    }

    internal void Note(StateSnapshot snapshot)
    {
        if (snapshot.IsWhole)
            _newest = snapshot;
    }

    /// <summary>Saves what is newest, and no more after that.</summary>
    internal async Task StopAsync()
    {
        await SaveAsync();
        await _saving.WaitAsync();
        if (!_isStopped)
            await _timer.DisposeAsync();
        _isStopped = true;
        _saving.Release();
    }

    private async Task SaveAsync()
    {
        await _saving.WaitAsync();
        try
        {
            if (_isStopped || _newest is not { } snapshot || (_saved?.Epoch == snapshot.Epoch && _saved?.Offset == snapshot.Offset))
                return;

            await _cache.SaveAsync(new KeptState(_channel, snapshot.Epoch!, snapshot.Offset, _fields, [.. snapshot.Confirmed.Values]), CancellationToken.None);
            _saved = snapshot;
        }
        catch (Exception fault)
        {
            _notSaved?.Invoke(fault);
        }
        finally
        {
            _saving.Release();
        }
    }
}
