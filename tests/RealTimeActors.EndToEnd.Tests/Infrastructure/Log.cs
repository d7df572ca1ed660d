using System.Text.Json;

namespace RealTimeActors.EndToEnd.Tests.Infrastructure;

/// <summary>The log of a channel as anybody can read it over HTTP.</summary>
internal static class Log
{
    /// <summary>Everything that is retained, page by page, each event with the epoch of the log.</summary>
    internal static async Task<(string Epoch, List<JsonElement> Events)> ReadAllAsync(ServerProcess server, string channel)
    {
        var events = new List<JsonElement>();
        var from = "earliest";
        while (true)
        {
            var page = JsonDocument.Parse(await server.Http.GetStringAsync(new Uri($"v1/channels/{channel}/events?limit=1000&from={from}", UriKind.Relative))).RootElement;
            events.AddRange(page.GetProperty("items").EnumerateArray());
            var next = page.GetProperty("next");
            if (next.ValueKind == JsonValueKind.Null)
                return (page.GetProperty("epoch").GetString()!, events);

            from = next.GetRawText();
        }
    }

    internal static long OffsetOf(JsonElement body) => body.GetProperty("offset").GetInt64();

    /// <summary>Fails unless these are the offsets from … to, each once, in order.</summary>
    internal static void AssertOffsets(IEnumerable<JsonElement> events, long from, long to) =>
        Assert.Equal(Enumerable.Range(0, (int)(to - from + 1)).Select(i => from + i), events.Select(OffsetOf));
}
