namespace RealTimeActors.EndToEnd.Tests.Transports;

/// <summary>Sends each request to the next of several nodes, on a connection of its own, as a load balancer that remembers nothing.</summary>
internal sealed class InTurn(IReadOnlyList<int> ports) : DelegatingHandler(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero })
{
    private int _sent = -1;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var next = ports[(int)((uint)Interlocked.Increment(ref _sent) % (uint)ports.Count)];
        request.RequestUri = new UriBuilder(request.RequestUri!) { Port = next }.Uri;
        return base.SendAsync(request, cancellationToken);
    }
}
