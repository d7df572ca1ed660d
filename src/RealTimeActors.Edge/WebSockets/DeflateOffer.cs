using Microsoft.Extensions.Primitives;

namespace RealTimeActors.Edge.WebSockets;

/// <summary>Reads what a client offers of permessage-deflate (RFC 7692, 7.1), and says what is taken: always without context takeover, on both sides.</summary>
internal static class DeflateOffer
{
    private const string Name = "permessage-deflate";
    private const string Taken = $"{Name}; server_no_context_takeover; client_no_context_takeover";
    private const int OffersMax = 16;

    /// <summary>The answer to the first offer that can be taken; null: none can, and nothing is compressed.</summary>
    internal static string? Answer(StringValues offered) => offered
        .SelectMany(line => (line ?? "").Split(',', OffersMax + 1, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(OffersMax))
        .Select(AnswerTo)
        .FirstOrDefault(answer => answer is not null);

    private static string? AnswerTo(string offer)
    {
        var parts = offer.Split(';', StringSplitOptions.TrimEntries);
        if (!parts[0].Equals(Name, StringComparison.OrdinalIgnoreCase))
            return null;

        var answer = Taken;
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts[1..])
        {
            var (name, value) = Parameter(part);
            if (!seen.Add(name))
                return null;

            switch (name.ToLowerInvariant())
            {
                case "server_no_context_takeover" or "client_no_context_takeover" when value is null:
                case "client_max_window_bits" when value is null || IsWindow(value):
                    break;
                case "server_max_window_bits" when value is "15":
                    // The compressor's window is 32 KB. An offer that asks for a smaller one cannot be taken.
                    answer += "; server_max_window_bits=15";
                    break;
                default:
                    return null;
            }
        }

        return answer;
    }

    private static (string Name, string? Value) Parameter(string part)
    {
        var at = part.IndexOf('=', StringComparison.Ordinal);
        if (at < 0)
            return (part, null);

        var value = part[(at + 1)..].Trim();
        return (part[..at].Trim(), value.Length > 1 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : value);
    }

    private static bool IsWindow(string bits) => bits is "8" or "9" or "10" or "11" or "12" or "13" or "14" or "15";
}
