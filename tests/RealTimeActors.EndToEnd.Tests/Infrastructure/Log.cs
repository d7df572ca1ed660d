using System.Net.Http.Json;
using System.Text.Json;

namespace RealTimeActors.EndToEnd.Tests.Infrastructure;

/// <summary>The log of a channel as anybody can read it over HTTP.</summary>
internal static class Log
{
    /// <summary>Everything that is retained.</summary>
    internal static Task<(string Epoch, List<JsonElement> Events)> ReadAllAsync(ServerProcess server, string channel) =>
        LogPages.ReadAllAsync(channel, path => server.Http.GetFromJsonAsync<JsonElement>(path));

    internal static long OffsetOf(JsonElement body) => body.GetProperty("offset").GetInt64();

    /// <summary>Fails unless these are the offsets from … to, each once, in order.</summary>
    internal static void AssertOffsets(IEnumerable<JsonElement> events, long from, long to) =>
        Assert.Equal(Enumerable.Range(0, (int)(to - from + 1)).Select(i => from + i), events.Select(OffsetOf));
}
