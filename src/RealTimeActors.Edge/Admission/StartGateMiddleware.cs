using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.Admission;

/// <summary>Asks those to come again who come before the host has started.</summary>
internal sealed class StartGateMiddleware(RequestDelegate next, StartGate gate)
{
    public Task InvokeAsync(HttpContext http) => gate.IsOpen ? next(http) : Problem.WriteAsync(http, ErrorCode.Overloaded, "Not ready: the server is starting.");
}
