using System.Runtime.InteropServices;

namespace RealTimeActors.Edge.Admission;

/// <summary>How many connections each address may have. Holds an entry for each address that has one, and no other.</summary>
/// <param name="handshakesMax">Of connections without a first request; 0: any number.</param>
/// <param name="connectionsMax">Of all; 0: any number.</param>
internal sealed class AddressBudget(int handshakesMax, int connectionsMax)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AddressKey, Places> _taken = [];

    /// <summary>Addresses that have a connection now.</summary>
    internal int Addresses
    {
        get
        {
            lock (_gate)
                return _taken.Count;
        }
    }

    /// <summary>Takes a place of each kind; false: one of them has none left, and nothing was taken.</summary>
    internal bool TryEnter(AddressKey address, out bool isHandshakes)
    {
        isHandshakes = false;
        if (!address.IsKnown)
            return true;

        lock (_gate)
        {
            ref var places = ref CollectionsMarshal.GetValueRefOrAddDefault(_taken, address, out _);
            isHandshakes = handshakesMax > 0 && places.Handshakes >= handshakesMax;
            if (isHandshakes || (connectionsMax > 0 && places.Connections >= connectionsMax))
                return false;

            places.Handshakes++;
            places.Connections++;
            return true;
        }
    }

    /// <summary>The first request is there.</summary>
    internal void HandshakeDone(AddressKey address) => Change(address, handshakes: -1, connections: 0);

    /// <summary>The connection has ended.</summary>
    internal void Left(AddressKey address) => Change(address, handshakes: 0, connections: -1);

    private void Change(AddressKey address, int handshakes, int connections)
    {
        if (!address.IsKnown)
            return;

        lock (_gate)
        {
            ref var places = ref CollectionsMarshal.GetValueRefOrNullRef(_taken, address);
            places.Handshakes += handshakes;
            places.Connections += connections;
            if (places.Connections == 0)
                _taken.Remove(address);
        }
    }

    private struct Places
    {
        internal int Handshakes;
        internal int Connections;
    }
}
