using Microsoft.AspNetCore.Http.Features;
using RealTimeActors.Engine.Relays;

namespace RealTimeActors.Edge.Relays;

/// <summary>Of a request that came to another node: aborted there or here.</summary>
internal sealed class RelayedLifetime(RelayedAnswer answer) : IHttpRequestLifetimeFeature, IDisposable
{
    private readonly CancellationTokenSource _aborted = new();

    public CancellationToken RequestAborted
    {
        get => _aborted.Token;
        set => throw new NotSupportedException("Of a request of another node only its own end is known.");
    }

    public void Abort()
    {
        answer.Break();
        Abandon();
    }

    /// <summary>Nobody waits for the answer any more. Whoever calls does not wait for what follows from it.</summary>
    internal void Abandon()
    {
        try
        {
            _ = _aborted.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It was answered meanwhile.
        }
    }

    public void Dispose() => _aborted.Dispose();
}
