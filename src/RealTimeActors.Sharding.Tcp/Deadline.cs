namespace RealTimeActors.Sharding.Tcp;

/// <summary>A token that is cancelled after a time, or with another one.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _time;
    private readonly CancellationTokenSource _either;

    internal Deadline(TimeSpan within, TimeProvider time, CancellationToken other)
    {
        _time = new CancellationTokenSource(within, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_time.Token, other);
    }

    internal CancellationToken Token => _either.Token;

    public void Dispose()
    {
        _either.Dispose();
        _time.Dispose();
    }
}
