using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace CoralMux.ReferenceRelay.Limits;

/// <summary>One client for the purpose of counting: an IPv4 address (also when it came as IPv4-mapped IPv6), or an IPv6 /64, because a single
/// customer commonly holds all of one. Ports do not count (PAIR-21, PAIR-22).</summary>
internal readonly record struct AddressKey(ulong Network, bool IsV6)
{
    public static AddressKey Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new AddressKey(BinaryPrimitives.ReadUInt64BigEndian(bytes), true)
            : new AddressKey(BinaryPrimitives.ReadUInt32BigEndian(bytes), false);
    }
}
