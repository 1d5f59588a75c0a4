using System.Net;
using System.Net.Sockets;
using CoralMux.ReferenceRelay.Options;

namespace CoralMux.ReferenceRelay.Http;

/// <summary>The address of the client (PAIR-21). A proxy is believed about it only when the operator trusts that proxy (PAIR-19).</summary>
internal sealed class ClientAddress(RelayOptions options)
{
    public IPAddress Of(HttpContext context)
    {
        var address = Plain(context.Connection.RemoteIpAddress ?? IPAddress.None);
        if (!IsTrusted(address))
            return address;

        // From right to left: each trusted proxy names the one before it, and the first that is not one is the client (PAIR-20).
        // What stands further to the left was written by the client itself, or before an entry that is not an address (PAIR-72).
        var hops = context.Request.Headers["X-Forwarded-For"].ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = hops.Length - 1; i >= 0 && TryParse(hops[i], out var hop); i--)
        {
            address = hop;
            if (!IsTrusted(hop))
                break;
        }

        return address;
    }

    private bool IsTrusted(IPAddress address)
    {
        foreach (var network in options.TrustedProxies)
        {
            if (network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address))
                return true;
        }

        return false;
    }

    /// <summary>Some proxies append the port.</summary>
    private static bool TryParse(string hop, out IPAddress address)
    {
        var parsed = IPAddress.TryParse(hop, out var found);
        if (!parsed && IPEndPoint.TryParse(hop, out var endPoint))
        {
            found = endPoint.Address;
            parsed = true;
        }

        // A number alone, or with fewer dots, is an old spelling of IPv4; here it is not taken for an address.
        parsed = parsed && (found!.AddressFamily != AddressFamily.InterNetwork || hop.StartsWith(found.ToString(), StringComparison.Ordinal));
        address = Plain(found ?? IPAddress.None);
        return parsed;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
