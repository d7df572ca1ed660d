using System.Net;
using System.Net.Sockets;

namespace RealTimeActors.PostgreSql.Kit;

/// <summary>
/// Ports on loopback for servers that are started, killed and started again on the same one. They lie below the range from which the system gives ports to whoever asks for any:
/// one of those could be given to another connection or listener in the time between the look and the start, or between two lives of a server. None is given twice by one process.
/// </summary>
public static class FreePorts
{
    private const int First = 10_000;
    private const int Last = 30_000;
    private static readonly Lock _gate = new();
    private static readonly HashSet<int> _given = [];

    /// <summary>A port that nobody listens on, and that nobody else in this process gets.</summary>
    /// <exception cref="InvalidOperationException">All of them are taken.</exception>
    public static int Next()
    {
        // Chosen by chance: other processes of tests may run on this machine.
        for (var attempt = 0; attempt < 10_000; attempt++)
        {
            var port = Random.Shared.Next(First, Last);
            if (IsFree(port) && TryTake(port))
                return port;
        }

        throw new InvalidOperationException($"A free port from {First} to {Last} is expected on loopback; all that were tried are taken.");
    }

    private static bool TryTake(int port)
    {
        lock (_gate)
            return _given.Add(port);
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
