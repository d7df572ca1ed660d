using System.Text.Json;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Cluster;

namespace RealTimeActors.Edge.HttpApi.Cluster;

/// <summary>How a cluster stands, as JSON.</summary>
internal static class ClusterBodies
{
    /// <summary>Of a node that is alone the same fields are there, empty: whoever draws a table needs no cases.</summary>
    internal static void WriteAlone(Utf8JsonWriter json, NodeDescription node)
    {
        json.WriteStartObject();
        json.WriteString("node", node.Node);
        json.WriteBoolean("alone", true);
        json.WriteNull("incarnation");
        json.WriteNull("view");
        json.WriteStartArray("nodes");
        json.WriteEndArray();
        json.WriteStartArray("shards");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter json, NodeDescription node, ClusterStanding standing)
    {
        json.WriteStartObject();
        json.WriteString("node", node.Node);
        json.WriteBoolean("alone", false);
        if (standing.Me is { } me)
            json.WriteNumber("incarnation", me.Number);
        else
            json.WriteNull("incarnation");

        json.WriteNumber("view", standing.View.Number);
        json.WriteStartArray("nodes");
        foreach (var member in standing.View.Members)
            WriteNode(json, member, standing);

        json.WriteEndArray();
        WriteShards(json, standing);
        json.WriteEndObject();
    }

    private static void WriteNode(Utf8JsonWriter json, ClusterMember member, ClusterStanding standing)
    {
        var name = member.Self.Node;
        json.WriteStartObject();
        json.WriteString("node", name);
        json.WriteNumber("incarnation", member.Self.Number);
        json.WriteString("address", member.Address);
        json.WriteStartArray("roles");
        foreach (var role in member.Roles)
            json.WriteStringValue(role);

        json.WriteEndArray();
        if (member.Load >= ClusterOptions.WithoutCoreLoad)
            json.WriteNull("load");
        else
            json.WriteNumber("load", Math.Round(member.Load, 3));

        json.WriteBoolean("draining", member.Load is >= ClusterOptions.DrainingLoad and < ClusterOptions.ApartLoad);
        json.WriteString("apart", standing.Apart.GetValueOrDefault(name));
        json.WriteNumber("shards", Enumerable.Range(0, standing.Shards.Count).Count(shard => standing.Shards[shard]?.Node == name && !standing.Free.Contains(shard)));
        json.WriteBoolean("linked", member.Self == standing.Me || standing.Linked.Contains($"{member.Self}"));
        json.WriteNumber("silentInMs", (long)member.Remaining.TotalMilliseconds);
        var clients = standing.Figures.GetValueOrDefault($"{member.Self}")?.Clients;
        Write(json, "connections", clients?.Connections);
        Write(json, "behind", clients?.Behind);
        json.WriteEndObject();
    }

    private static void WriteShards(Utf8JsonWriter json, ClusterStanding standing)
    {
        // A former owner may not know yet that it is one: what counts is who has the greatest epoch.
        var progress = new Dictionary<(int, long), ShardProgress>();
        foreach (var figures in standing.Figures.Values)
        {
            foreach (var shard in figures.Shards)
                progress[(shard.Shard.Shard, shard.Shard.Epoch)] = shard;
        }

        json.WriteStartArray("shards");
        for (var shard = 0; shard < standing.Shards.Count; shard++)
        {
            json.WriteStartObject();
            json.WriteNumber("shard", shard);
            json.WriteString("node", standing.Shards[shard]?.Node);
            if (standing.Shards[shard] is { } owner)
                json.WriteNumber("epoch", owner.Epoch);
            else
                json.WriteNull("epoch");

            json.WriteBoolean("free", standing.Shards[shard] is null || standing.Free.Contains(shard));
            json.WriteBoolean("moving", standing.Moving.Contains(shard));
            var its = standing.Shards[shard] is { Epoch: var epoch } ? progress.GetValueOrDefault((shard, epoch)) : null;
            Write(json, "head", its?.Head);
            Write(json, "lag", its?.Lag);
            Write(json, "channels", its?.Counts.Channels);
            Write(json, "sessions", its?.Counts.Sessions);
            Write(json, "waiting", its?.Counts.Waiting);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } known)
            json.WriteNumber(name, known);
        else
            json.WriteNull(name);
    }
}
