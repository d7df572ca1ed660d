namespace RealTimeActors.Edge.Tests.Admission;

public sealed class ConnectionGateOfKestrelTests : ConnectionGateTests
{
    private protected override string Way => "realtime.http.websocket.direct=false";
}
