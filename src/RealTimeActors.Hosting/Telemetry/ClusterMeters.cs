using System.Diagnostics.Metrics;
using System.Text.Json;
using RealTimeActors.Sharding.Cluster;
using RealTimeActors.Sharding.Tcp;

namespace RealTimeActors.Hosting.Telemetry;

/// <summary>What a node of a cluster tells of its place there: who else is, which shards are here and what becomes of them, and what goes between nodes. Looked at when somebody asks.</summary>
internal static class ClusterMeters
{
    private static readonly LinkRefusal[] _refusals = Enum.GetValues<LinkRefusal>();

    internal static void Observe(Meter meter, PlaceFigures place, TcpFigures links, Func<bool> isOverloaded)
    {
        meter.CreateObservableUpDownCounter("realtime.cluster.members", () => place.Members, "{node}", "Nodes of the table, this one among them.");
        meter.CreateObservableUpDownCounter("realtime.cluster.linked", () => place.Linked, "{node}", "Other nodes that this one has a link with.");
        meter.CreateObservableUpDownCounter("realtime.cluster.waiting", () => place.Waits ? 1 : 0, "{node}", "1 while this node takes no part: it has not joined, is not let in, or reaches no core.");
        meter.CreateObservableUpDownCounter("realtime.cluster.shards", () => place.Shards, "{shard}", "Shards that this node has.");
        meter.CreateObservableUpDownCounter("realtime.cluster.overloaded", () => isOverloaded() ? 1 : 0, "{node}", "1 while this edge turns new clients away because another one has room.");
        meter.CreateObservableCounter("realtime.cluster.shards.taken", () => place.Taken, "{shard}", "Shards that this node took, free ones and those that others handed over.");
        meter.CreateObservableCounter("realtime.cluster.shards.lost", () => place.Lost, "{shard}", "Shards that it let go of because their lease could not be renewed, or was another's.");
        meter.CreateObservableCounter(
            "realtime.cluster.moves",
            () => (Measurement<long>[])[Of(place.HandedOver, "outcome", "moved"), Of(place.CalledOff, "outcome", "called_off")],
            "{shard}",
            "Hand-overs of shards by this node, by what became of them.");

        meter.CreateObservableCounter("realtime.links.opened", () => links.LinksOpened, "{link}", "Connections with other nodes that came about.");
        meter.CreateObservableCounter("realtime.links.failed", () => links.NotConnected, "{attempt}", "Attempts to connect to another node that came to nothing.");
        meter.CreateObservableCounter(
            "realtime.links.refused", () => (Measurement<long>[])[.. _refusals.Select(refusal => Of(links.RefusedFor(refusal), "reason", NameOf(refusal)))], "{connection}", "Connections of others that were refused here, by reason.");
        meter.CreateObservableCounter("realtime.links.sent", () => links.BytesSent, "By", "Bytes to other nodes.");
        meter.CreateObservableCounter("realtime.links.received", () => links.BytesReceived, "By", "Bytes from other nodes.");
    }

    private static Measurement<long> Of(long value, string label, string name) => new(value, new KeyValuePair<string, object?>(label, name));

    private static string NameOf(LinkRefusal refusal) => JsonNamingPolicy.SnakeCaseLower.ConvertName(refusal.ToString());
}
