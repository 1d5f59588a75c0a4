using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CoralMux.ReferenceRelay.Basics;

namespace CoralMux.ReferenceRelay.Options;

/// <summary>Reads the values of settings. What is not allowed is a <see cref="FormatException"/> that says what is.</summary>
internal static class SettingValue
{
    public static int Number(string text, int min, int max) => (int)LongNumber(text, min, max);

    public static long LongNumber(string text, long min, long max) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw new FormatException($"must be a whole number from {min} to {max}");

    public static TimeSpan Time(string text, double minSeconds, double maxSeconds) =>
        Duration.TryParse(text, out var value) && value.TotalSeconds >= minSeconds && value.TotalSeconds <= maxSeconds
            ? value
            : throw new FormatException(
                string.Create(CultureInfo.InvariantCulture, $"must be a time from {minSeconds}s to {maxSeconds}s, for example 500ms, 10s or 2m"));

    public static bool Switch(string text) => text switch
    {
        "" or "true" or "1" => true,
        "false" or "0" => false,
        _ => throw new FormatException("must be true or false"),
    };

    public static LogLevel Level(string text) => text switch
    {
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => throw new FormatException("must be debug, info, warn or error"),
    };

    public static string HostName(string text) => Uri.CheckHostName(text) == UriHostNameType.Dns
        ? text
        : throw new FormatException("must be a host name, for example relay.example.com");

    public static string ExistingFile(string path) =>
        File.Exists(path) ? path : throw new FormatException("must be a file that exists");

    /// <summary>IPv4 only with all its four numbers: older spellings, such as 10.1 for 10.0.0.1, are hardly ever meant.</summary>
    public static IPNetwork Network(string text)
    {
        var parts = text.Trim().Split('/', 2);
        if (IPAddress.TryParse(parts[0], out var address)
            && (address.AddressFamily != AddressFamily.InterNetwork || address.ToString() == parts[0])
            && IPNetwork.TryParse($"{address}/{(parts.Length == 2 ? parts[1] : address.GetAddressBytes().Length * 8)}", out var network))
        {
            // Clients are known by their IPv4 address when they have one, however it is written.
            return network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= 96
                ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - 96)
                : network;
        }

        throw new FormatException("must be an address or a network, for example 10.0.0.0/8");
    }

    public static IPEndPoint EndPoint(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            throw new FormatException("must be host:port, for example :8080 or 127.0.0.1:8080");

        var host = text[..colon];
        if (host is "" or "*")
            return new IPEndPoint(IPAddress.IPv6Any, port);
        if (host == "localhost")
            return new IPEndPoint(IPAddress.Loopback, port);
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return new IPEndPoint(address, port);
        throw new FormatException("must have an IP address, localhost or nothing before the colon");
    }
}
