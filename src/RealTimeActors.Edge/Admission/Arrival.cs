using Microsoft.AspNetCore.Connections;

namespace RealTimeActors.Edge.Admission;

/// <summary>A connection until its first request is there, and its places in the budget of its address until its end.</summary>
internal sealed class Arrival(ConnectionGate gate, AddressBudget budget, AddressKey address, ConnectionContext connection)
{
    private readonly long _since = gate.Time.GetTimestamp();
    private bool _isThere;

    /// <summary>Its first request came; later ones say so, too, and change nothing.</summary>
    internal void RequestCame()
    {
        if (!Interlocked.Exchange(ref _isThere, true))
            budget.HandshakeDone(address);
    }

    /// <summary>Whether the time is over.</summary>
    internal void Look()
    {
        if (!Volatile.Read(ref _isThere) && gate.Time.GetElapsedTime(_since) > gate.HandshakeWithin)
            connection.Abort(new ConnectionAbortedException("The first request did not come in time."));
    }

    internal void Leave()
    {
        RequestCame();
        budget.Left(address);
    }
}
