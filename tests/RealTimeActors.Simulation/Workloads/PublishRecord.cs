using RealTimeActors.Client.Machine;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>One publish of one application, from its call to its end.</summary>
internal sealed class PublishRecord(string client, long request, ClientFrame.Publish frame, TimeSpan at)
{
    public string Client { get; } = client;

    public long Request { get; } = request;

    public ClientFrame.Publish Frame { get; } = frame;

    public TimeSpan At { get; } = at;

    public RequestOutcome? Outcome { get; set; }

    /// <summary>The application was restarted before the end: nobody knows.</summary>
    public bool IsForgotten { get; set; }

    public override string ToString() => $"publish {System.Text.Encoding.UTF8.GetString(Frame.Data.Span)} of {Client} to {Frame.Channel}";
}
