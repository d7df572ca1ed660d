using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace RealTimeActors.Edge.Admission;

/// <summary>
/// Stands before everything else of a connection, TLS included: each has a certain time until its first request is there, and no address may have too many
/// connections that have not sent one, or too many at all.
/// </summary>
public sealed partial class ConnectionGate(EdgeOptions options, TimeProvider time, ILogger<ConnectionGate> log)
{
    private static readonly TimeSpan _pauseOfLog = TimeSpan.FromSeconds(10);

    private readonly AddressBudget _budget = new(options.HandshakesPerAddress, options.ConnectionsPerAddress);
    private long _lastLogged = long.MinValue;

    internal TimeSpan HandshakeWithin => options.HandshakeWithin;

    internal TimeProvider Time => time;

    /// <summary>The request is there as a whole: from here on the connection is bounded by what it asks for.</summary>
    public static void RequestCame(IFeatureCollection features)
    {
        ArgumentNullException.ThrowIfNull(features);
        features.Get<Arrival>()?.RequestCame();
    }

    /// <summary>Puts the gate before the rest of a connection's handling.</summary>
    public ConnectionDelegate Guard(ConnectionDelegate next) => connection => RunAsync(connection, next);

    /// <summary>Takes the places of a connection; null: its address has too many.</summary>
    internal Arrival? Enter(EndPoint? remote)
    {
        // Behind anything else than IP (a Unix socket) there is nobody to tell apart.
        var address = AddressKey.Of((remote as IPEndPoint)?.Address);
        if (_budget.TryEnter(address, out var isHandshakes))
            return new Arrival(this, _budget, address);

        TurnAway(remote, isHandshakes);
        return null;
    }

    private async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        // It has come through the gate already where its first bytes were looked at before the server got it.
        var arrival = connection.Features.Get<Arrival>();
        if (arrival is null)
        {
            arrival = Enter(connection.RemoteEndPoint);
            if (arrival is null)
            {
                connection.Abort(new ConnectionAbortedException("The address has too many connections."));
                return;
            }

            arrival.GoOnAs(connection);
        }

        // Once a second, by the server's own clock: a timer for each connection would cost more than what it guards against.
        connection.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(static arrival => ((Arrival)arrival).Look(), arrival);
        try
        {
            await next(connection);
        }
        finally
        {
            arrival.Leave();
        }
    }

    private void TurnAway(EndPoint? remote, bool isHandshakes)
    {
        // Who floods connections must not flood the log.
        var now = time.GetTimestamp();
        var last = Interlocked.Read(ref _lastLogged);
        if ((last != long.MinValue && time.GetElapsedTime(last, now) < _pauseOfLog) || Interlocked.CompareExchange(ref _lastLogged, now, last) != last)
            return;

        var who = (remote as IPEndPoint)?.Address.ToString() ?? "?";
        if (isHandshakes)
            TooManyHandshakes(log, who, options.HandshakesPerAddress);
        else
            TooManyOfOneAddress(log, who, options.ConnectionsPerAddress);
    }

    [LoggerMessage(EventId = 2111, Level = LogLevel.Warning, Message = "Connections of {Address} are closed: {Max} have not sent their first request yet (realtime.limits.handshakes-per-address)")]
    private static partial void TooManyHandshakes(ILogger log, string address, int max);

    [LoggerMessage(EventId = 2112, Level = LogLevel.Warning, Message = "Connections of {Address} are closed: it has {Max} already (realtime.limits.connections-per-address)")]
    private static partial void TooManyOfOneAddress(ILogger log, string address, int max);
}
