using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Actors;
using RealTimeActors.Dispatch.Asking;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Edge.HttpApi.Publishing;
using RealTimeActors.Protocol;
using RealTimeActors.Sharding.Cluster;

namespace RealTimeActors.Edge.HttpApi.Cluster;

/// <summary>
/// <c>GET /v1/cluster</c>: nodes and shards as this node sees them. <c>POST /v1/cluster/shards/{shard}/move</c>, <c>…/nodes/{node}/drain</c> and <c>undrain</c>: orders, which any node passes on to the one whose affair they are. Needs the
/// right <c>admin</c>.
/// </summary>
internal sealed class ClusterEndpoints(IEngine engine, EdgeOptions options)
{
    private const int BodyBytesMax = 4_096;
    private readonly HttpAccess _access = new(engine.Access);

    internal async Task ShowAsync(HttpContext http)
    {
        Admit(http);
        if (engine.Cluster is not { } cluster)
        {
            await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, json => ClusterBodies.WriteAlone(json, engine.Description));
            return;
        }

        var standing = await AskAsync<ClusterStanding>(http, cluster, replyTo => new ClusterQuestion(replyTo) { WithFigures = true });
        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, json => ClusterBodies.Write(json, engine.Description, standing));
    }

    internal async Task MoveAsync(HttpContext http)
    {
        Admit(http);
        ContentTypes.RequireJson(http.Request);
        var cluster = RequireCluster();
        var text = PathSegment.BeforeLast(http, "shard");
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var shard))
            throw new RefusedException(ErrorCode.BadRequest, $"The number of a shard is expected in the path, from 0 on; '{text}' came.");

        var to = ReadTo(await RequestBody.ReadAsync(http.Request, BodyBytesMax, http.RequestAborted));
        var answer = await AskAsync<ClusterAnswer>(http, cluster, replyTo => new ClusterRequest.Move(shard, to, replyTo));
        await AnswerAsync(http, answer, json =>
        {
            json.WriteNumber("shard", shard);
            json.WriteString("to", to);
        });
    }

    internal Task DrainAsync(HttpContext http) => OrderAsync(http, static (node, replyTo) => new ClusterRequest.Drain(node, replyTo));

    internal Task UndrainAsync(HttpContext http) => OrderAsync(http, static (node, replyTo) => new ClusterRequest.Undrain(node, replyTo));

    private async Task OrderAsync(HttpContext http, Func<string, IActorRef<ClusterAnswer>, ClusterRequest> make)
    {
        Admit(http);
        var cluster = RequireCluster();
        var node = PathSegment.BeforeLast(http, "node");
        RequireNode(node);
        var answer = await AskAsync<ClusterAnswer>(http, cluster, replyTo => make(node, replyTo));
        await AnswerAsync(http, answer, json => json.WriteString("node", node));
    }

    private void Admit(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);
        _access.RequireAdmin(http);
    }

    private IActorRef<object> RequireCluster() => engine.Cluster ?? throw new RefusedException(
        ErrorCode.NotEnabled, $"{engine.Description.Node} is alone: nothing can be moved to or drained towards another node (realtime.cluster.enabled).");

    private static string ReadTo(byte[] body)
    {
        var to = JsonFields.OnlyText(body, "An object with to, the name of a node,", "to");
        RequireNode(to ?? throw new RefusedException(ErrorCode.BadRequest, "The body has no to; the name of the node that should have the shard is required."));
        return to;
    }

    private static void RequireNode(string node)
    {
        if (!NodeName.IsValid(node))
            throw new RefusedException(ErrorCode.BadRequest, $"The name of a node is expected: 1 to {NodeName.CharsMax} letters, digits, dots, hyphens, underscores; '{node}' came.");
    }

    private async Task<TAnswer> AskAsync<TAnswer>(HttpContext http, IActorRef<object> cluster, Func<IActorRef<TAnswer>, object> make)
        where TAnswer : class
    {
        try
        {
            return await engine.System.AskAsync(cluster, make, options.RequestTimeout, http.RequestAborted);
        }
        catch (TimeoutException)
        {
            throw new RefusedException(ErrorCode.Timeout, $"The node did not answer within {options.RequestTimeout.TotalSeconds} s: it may have been declared dead. Ask another one.");
        }
    }

    /// <summary>An order is taken, not done: 202. What is so already is 200.</summary>
    private static Task AnswerAsync(HttpContext http, ClusterAnswer answer, Action<Utf8JsonWriter> write)
    {
        var (status, word, by) = answer switch
        {
            ClusterAnswer.Ordered ordered => (StatusCodes.Status202Accepted, "ordered", ordered.Node),
            ClusterAnswer.AlreadySo so => (StatusCodes.Status200OK, "already", so.Node),
            ClusterAnswer.Unknown unknown => throw new RefusedException(StatusCodes.Status404NotFound, ErrorCode.BadRequest, $"{unknown.Message}."),
            ClusterAnswer.Impossible impossible => throw new RefusedException(ErrorCode.Conflict, $"{impossible.Message}."),
            ClusterAnswer.NotNow notNow => throw new RefusedException(new Refusal(ErrorCode.Overloaded, $"{notNow.Message}.", TimeSpan.FromSeconds(1))),
            _ => throw new InvalidOperationException($"An answer of the cluster is expected; {answer.GetType().Name} came."),
        };
        return JsonAnswer.WriteAsync(http, status, json =>
        {
            json.WriteStartObject();
            json.WriteString("status", word);
            write(json);
            json.WriteString("by", by);
            json.WriteEndObject();
        });
    }
}
