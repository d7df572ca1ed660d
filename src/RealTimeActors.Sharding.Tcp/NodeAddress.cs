using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace RealTimeActors.Sharding.Tcp;

/// <summary>Where a node is reached: a name or an IP address, and a port, as <c>core-1:7400</c>, <c>10.0.0.5:7400</c> or <c>[fd00::5]:7400</c>.</summary>
public sealed record NodeAddress(string Host, int Port)
{
    private const int HostMax = 255;

    /// <summary>Reads an address; says what was expected where it is none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NodeAddress? address, [NotNullWhen(false)] out string? error)
    {
        address = null;
        error = $"host:port is expected, as core-1:7400 or [fd00::5]:7400; '{text}' came";
        var colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65_535)
            return false;

        var host = text![..colon];
        if (host is ['[', .., ']'])
            host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal))
            return false;

        if (!IsHost(host))
            return false;

        (address, error) = (new NodeAddress(host, port), null);
        return true;
    }

    /// <summary>Whether the text can be a host: an IP address, or letters, digits, dots, hyphens and underscores.</summary>
    public static bool IsHost(string? host) =>
        host is { Length: > 0 and <= HostMax } && (IPAddress.TryParse(host, out _) || host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'));

    /// <summary>Whether it is an address of this machine alone; a name is one only if it is <c>localhost</c>.</summary>
    public static bool IsLoopback(string? host) => string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
