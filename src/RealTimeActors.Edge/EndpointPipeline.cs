using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace RealTimeActors.Edge;

/// <summary>Puts middlewares around the endpoints of a group and around nothing else, so that the other pages of an application are not theirs to judge.</summary>
internal static class EndpointPipeline
{
    /// <summary>Every endpoint of the group, whenever it is added, is reached through these middlewares.</summary>
    /// <param name="group">The group.</param>
    /// <param name="endpoints">Of the application: its services make the middlewares.</param>
    /// <param name="middlewares">Adds them, the outermost first.</param>
    internal static RouteGroupBuilder Through(this RouteGroupBuilder group, IEndpointRouteBuilder endpoints, Action<IApplicationBuilder> middlewares)
    {
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            if (endpoint.RequestDelegate is not { } inner)
                return;

            var pipeline = endpoints.CreateApplicationBuilder();
            middlewares(pipeline);
            pipeline.Run(inner);
            endpoint.RequestDelegate = pipeline.Build();

            // A browser's preflight is answered by the endpoint that it asks about: there is no application-wide middleware that would see it.
            if (endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault() is { } methods)
                endpoint.Metadata.Add(new HttpMethodMetadata(methods.HttpMethods, acceptCorsPreflight: true));
        });
        return group;
    }
}
