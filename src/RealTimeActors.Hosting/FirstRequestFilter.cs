using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using RealTimeActors.Edge.Admission;

namespace RealTimeActors.Hosting;

/// <summary>Tells the gate that a connection's first request is there, before anything is done for it.</summary>
internal sealed class FirstRequestFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
    {
        application.Use((http, rest) =>
        {
            ConnectionGate.RequestCame(http.Features);
            return rest(http);
        });
        next(application);
    };
}
