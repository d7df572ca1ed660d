using RealTimeActors.Protocol.Frames;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>16: a frame with an id is answered by exactly one frame with that id, whichever way answers go. That one comes at all is for whoever waits for it.</summary>
internal sealed class Answers : Checker
{
    private readonly SortedSet<(int Link, long Id)> _answered = [];

    /// <summary>An id may be used again when it was answered.</summary>
    public override void OnArrived(LinkView link, ClientFrame frame) => _answered.Remove((link.Link.Number, frame.Id));

    public override void OnSent(LinkView link, ServerFrame frame)
    {
        // Over plain HTTP what counts is what is written to the request.
        if (link.Link.Way == SimulatedWay.WebSocket)
            OnAnswered(link, frame);
    }

    /// <summary>A frame was written as the answer to a request over plain HTTP.</summary>
    public void OnAnswered(LinkView link, ServerFrame frame)
    {
        if (frame.Id == 0)
            return;

        Require(_answered.Add((link.Link.Number, frame.Id)), $"{link.Name} was answered a second time: {Line.Of(frame)}.");
        Require(link.Answered(frame) is not null, $"{link.Name} was answered what it had not asked: {Line.Of(frame)}.");
    }
}
