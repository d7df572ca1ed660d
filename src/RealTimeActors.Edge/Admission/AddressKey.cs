using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace RealTimeActors.Edge.Admission;

/// <summary>Whom an address stands for: an IPv4 address, or the first half of an IPv6 address (one customer has all of the second).</summary>
/// <param name="Value">Tells them apart.</param>
/// <param name="IsKnown">Whether there is an address at all.</param>
internal readonly record struct AddressKey(ulong Value, bool IsKnown)
{
    internal static AddressKey Of(IPAddress? address)
    {
        if (address is null)
            return default;

        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            // No network of the other kind begins with so many zeros and is in use.
            ? new AddressKey(BinaryPrimitives.ReadUInt32BigEndian(bytes), true)
            : new AddressKey(BinaryPrimitives.ReadUInt64BigEndian(bytes), true);
    }
}
