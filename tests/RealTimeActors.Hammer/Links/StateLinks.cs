using RealTimeActors.Protocol.Codecs;

namespace RealTimeActors.Hammer.Links;

/// <summary>The ways there are, one for each process.</summary>
internal static class StateLinks
{
    /// <summary>What each of the four is called.</summary>
    internal static string[] Names { get; } = ["ws-json", "ws-proto", "http", "up"];

    internal const string Key = "anvil";

    internal static IStateLink Open(string name, Uri server, string channel) => name switch
    {
        "ws-json" => new WebSocketLink(server, channel, "realtime.v1.json", FrameCodecs.Json),
        "ws-proto" => new WebSocketLink(server, channel, "realtime.v1.proto", FrameCodecs.Protobuf),
        "http" => new HttpLink(server, channel),
        "up" => new UpLink(server, channel),
        _ => throw new ArgumentException($"One of {string.Join(", ", Names)} is expected; '{name}' came.", nameof(name)),
    };
}
