using System.Net.Http.Json;
using System.Text.Json;
using RealTimeActors.Hammer.History;
using RealTimeActors.Hammer.Links;
using RealTimeActors.Hammer.Servers;

namespace RealTimeActors.Hammer.Running;

/// <summary>Reads the truth when everything is over: the log of the channel, and the entry.</summary>
internal static class LogReading
{
    internal static async Task<List<HistoryEntry>> ReadAsync(Uri server, string channel)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server };
        var (_, events) = await LogPages.ReadAllAsync(channel, path => http.GetFromJsonAsync<JsonElement>(path));
        var truth = events.Where(IsOurs).Select(Of).ToList();
        await using var link = StateLinks.Open("http", server, channel);
        var seen = await link.ReadAsync(CancellationToken.None);
        truth.Add(new HistoryEntry { Kind = HistoryEntry.Final, Phase = HistoryEntry.Ok, Version = seen.Version, Value = seen.Name, Count = seen.Count });
        return truth;
    }

    /// <summary>How far the channel is.</summary>
    internal static async Task<long> HeadAsync(Uri server, string channel)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server };
        var state = await http.GetFromJsonAsync<JsonElement>($"/v1/channels/{channel}/state?limit=1");
        return state.GetProperty("offset").GetInt64();
    }

    private static bool IsOurs(JsonElement item) => item.GetProperty("type").GetString() == "$state" && item.GetProperty("key").GetString() == StateLinks.Key;

    private static HistoryEntry Of(JsonElement item)
    {
        var data = item.GetProperty("data");
        var seen = Seen.Of(data.GetProperty("version").GetInt64(), data.GetProperty("value"));
        return new HistoryEntry
        {
            Kind = HistoryEntry.Log,
            Phase = HistoryEntry.Ok,
            Offset = item.GetProperty("offset").GetInt64(),
            IfVersion = data.GetProperty("ifVersion").GetInt64(),
            Version = seen.Version,
            Value = seen.Name,
            Count = seen.Count,
        };
    }
}
