using Microsoft.AspNetCore.Connections;

namespace RealTimeActors.Edge.Admission;

/// <summary>A connection until its first request is there, and its places in the budget of its address until its end.</summary>
internal sealed class Arrival(ConnectionGate gate, AddressBudget budget, AddressKey address)
{
    private readonly long _since = gate.Time.GetTimestamp();
    private ConnectionContext? _connection;
    private bool _isThere;
    private bool _hasLeft;

    /// <summary>Whether the time is over and no request came.</summary>
    internal bool IsOverdue => !Volatile.Read(ref _isThere) && gate.Time.GetElapsedTime(_since) > gate.HandshakeWithin;

    /// <summary>Its first request came; later ones say so, too, and change nothing.</summary>
    internal void RequestCame()
    {
        if (!Interlocked.Exchange(ref _isThere, true))
            budget.HandshakeDone(address);
    }

    /// <summary>It goes on as a connection of the server's, and leaves with it. The places it has taken stay taken, and the time goes on.</summary>
    internal void GoOnAs(ConnectionContext connection)
    {
        _connection = connection;
        connection.Features.Set(this);
        connection.ConnectionClosed.UnsafeRegister(static arrival => ((Arrival)arrival!).Leave(), this);
    }

    /// <summary>Ends it where its time is over.</summary>
    internal void Look()
    {
        if (IsOverdue)
            _connection?.Abort(new ConnectionAbortedException("The first request did not come in time."));
    }

    /// <summary>It has ended. May be said more than once.</summary>
    internal void Leave()
    {
        if (Interlocked.Exchange(ref _hasLeft, true))
            return;

        RequestCame();
        budget.Left(address);
    }
}
