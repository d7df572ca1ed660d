using System.Net;
using System.Net.Sockets;

namespace RealTimeActors.Sharding.Tcp;

/// <summary>Makes a TCP connection to an address, and tells apart that nobody listens there from everything else that may be wrong.</summary>
internal static class Connecting
{
    /// <exception cref="NotReachedException">No connection came about.</exception>
    internal static async Task<Socket> ConnectAsync(NodeAddress address, TcpNodeOptions options, CancellationToken stop)
    {
        var addresses = await ResolveAsync(address, options, stop);
        var isRefused = addresses.Length > 0;
        var reason = $"{address.Host} has no address";
        foreach (var ip in addresses)
        {
            try
            {
                return await ConnectAsync(new IPEndPoint(ip, address.Port), options, stop);
            }
            catch (NotReachedException not)
            {
                // Only where every address of the name refuses is nobody there.
                isRefused &= not.IsRefused;
                reason = not.Message;
            }
        }

        throw new NotReachedException(reason, isRefused);
    }

    private static async Task<IPAddress[]> ResolveAsync(NodeAddress address, TcpNodeOptions options, CancellationToken stop)
    {
        if (IPAddress.TryParse(address.Host, out var ip))
            return [ip];

        using var within = new Deadline(options.ConnectWithin, options.Time, stop);
        try
        {
            return await Dns.GetHostAddressesAsync(address.Host, within.Token).WaitAsync(within.Token);
        }
        catch (SocketException fault)
        {
            throw new NotReachedException($"the name {address.Host} has no address: {fault.SocketErrorCode}", isRefused: false);
        }
        catch (OperationCanceledException)
        {
            throw new NotReachedException($"the name {address.Host} was not resolved within {options.ConnectWithin.TotalMilliseconds} ms", isRefused: false);
        }
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint to, TcpNodeOptions options, CancellationToken stop)
    {
        if (!options.IsProtected && !IPAddress.IsLoopback(to.Address))
            throw new NotReachedException($"{to} is another machine: a secret is needed to connect to it, or TLS with certificates on both sides", isRefused: false);

        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var within = new Deadline(options.ConnectWithin, options.Time, stop);
        try
        {
            await socket.ConnectAsync(to, within.Token);

            // On a loopback address a socket may be given the very port that it calls, and then it talks to itself: nobody listens there.
            if (Equals(socket.LocalEndPoint, socket.RemoteEndPoint))
                throw new NotReachedException($"nobody listens at {to}: connection refused", isRefused: true);

            return socket;
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException or NotReachedException)
        {
            socket.Dispose();
            throw fault switch
            {
                NotReachedException not => not,
                SocketException { SocketErrorCode: SocketError.ConnectionRefused } => new NotReachedException($"nobody listens at {to}: connection refused", isRefused: true),
                SocketException other => new NotReachedException($"{to} cannot be reached: {other.SocketErrorCode}", isRefused: false),
                _ => new NotReachedException($"{to} did not answer within {options.ConnectWithin.TotalMilliseconds} ms", isRefused: false),
            };
        }
    }
}
