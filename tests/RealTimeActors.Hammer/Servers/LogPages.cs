using System.Text.Json;

namespace RealTimeActors.Hammer.Servers;

/// <summary>The log of a channel as anybody can read it over HTTP.</summary>
internal static class LogPages
{
    /// <summary>Everything that is retained, page by page.</summary>
    /// <param name="channel">Whose log.</param>
    /// <param name="ask">Asks the server for a page by its path, as often as it has to.</param>
    internal static async Task<(string Epoch, List<JsonElement> Events)> ReadAllAsync(string channel, Func<string, Task<JsonElement>> ask)
    {
        var events = new List<JsonElement>();
        for (var from = "earliest"; ;)
        {
            var page = await ask($"v1/channels/{channel}/events?limit=1000&from={from}");
            events.AddRange(page.GetProperty("items").EnumerateArray());
            if (page.GetProperty("next") is not { ValueKind: JsonValueKind.Number } next)
                return (page.GetProperty("epoch").GetString()!, events);

            from = next.GetRawText();
        }
    }
}
