using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary>Lists that a server gives page by page.</summary>
internal static class Pages
{
    private const int PageItems = 1_000;

    /// <summary>Every item of the list at an address, as many as are wanted.</summary>
    /// <param name="server">Whose list.</param>
    /// <param name="address">Without paging parameters; with a question mark where it has others.</param>
    /// <param name="limit">The most items.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CommandException">It cannot be reached, or refuses.</exception>
    internal static async IAsyncEnumerable<JsonElement> AllAsync(
        this RemoteServer server, string address, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var separator = address.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        string? after = null;
        while (limit > 0)
        {
            var page = await server.GetAsync(
                string.Create(CultureInfo.InvariantCulture, $"{address}{separator}limit={Math.Min(limit, PageItems)}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}"),
                cancellationToken);
            foreach (var item in page.GetProperty("items").EnumerateArray().Take(limit))
            {
                yield return item;
                limit--;
            }

            after = page.GetProperty("next").GetString();
            if (after is null)
                break;
        }
    }
}
